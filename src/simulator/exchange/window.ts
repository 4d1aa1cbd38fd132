/** Which span of time a cmdlet may be asked for. */
import type { Quirks } from '../quirks.js';
import type { Command, Reading } from './command.js';
import { instantOf } from './command.js';
import type { CmdletError } from './error-answer.js';
import { badArgument } from './error-answer.js';
import { dateOf, sevenDigits } from './instant.js';

export interface Span {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;
const CLOCK_TOLERANCE_MS = 60_000;

/** Without dates the last 48 hours, whatever the cmdlet. */
export function spanOf(command: Command, now: Date, quirks: Pick<Quirks, 'futureEnd'>): Reading<Span> {
  const from = instantOf(command, 'StartDate');
  if (!from.ok) return from;
  const to = instantOf(command, 'EndDate');
  if (!to.ok) return to;
  if (from.value === null && to.value === null) {
    const last48Hours = { from: sevenDigits(new Date(now.getTime() - 2 * DAY_MS)), to: sevenDigits(now) };
    return { ok: true, value: last48Hours };
  }
  if (to.value === null) return refused('EndDate is required when a StartDate is entered.');
  if (from.value === null) return refused('StartDate is required when an EndDate is entered.');
  const span = { from: from.value, to: to.value };
  const error = misfitOf(span, now, quirks);
  return error === null ? { ok: true, value: span } : { ok: false, error };
}

function misfitOf(
  { from, to }: Span,
  now: Date,
  { futureEnd }: Pick<Quirks, 'futureEnd'>,
): CmdletError | null {
  const [fromMs, toMs] = [dateOf(from).getTime(), dateOf(to).getTime()];
  const midnightMs = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  if (fromMs < midnightMs - 90 * DAY_MS) {
    return badArgument("Invalid StartDate value. The StartDate can't be older than 90 days from today.");
  }
  if (toMs - fromMs > 10 * DAY_MS) {
    return badArgument("The interval between StartDate and EndDate can't be longer than 10 days.");
  }
  if (to < from) return badArgument('The StartDate must be before the EndDate.');
  return futureEnd === 'refused' && toMs > now.getTime() + CLOCK_TOLERANCE_MS
    ? badArgument("Invalid EndDate value. The EndDate can't be in the future.")
    : null;
}

function refused(message: string): { readonly ok: false; readonly error: CmdletError } {
  return { ok: false, error: badArgument(message) };
}
