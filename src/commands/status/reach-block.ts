/** What can be reached from here, in one line: it proves reach, never health. */
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import { REACH_REASONS } from '#mailflow/reach/judge-reach.js';
import type { ReachReading, ReachTarget, SignInReading } from '#mailflow/reach/reach-source.js';
import { formatCount } from '#render/human-format.js';
import { truncate } from '#render/layout.js';
import type { Sheet } from '#render/sheet.js';

const NAMES: Readonly<Record<ReachTarget, string>> = {
  control: 'a control host',
  'sign-in': 'sign-in host',
  graph: 'Graph',
  exchange: 'Exchange',
  'inbound-mail': 'inbound mail',
};

const GREETING_COLUMNS = 40;

export function signInText(reading: SignInReading, { remote }: Pick<Sheet, 'remote'>): string {
  switch (reading.kind) {
    case 'issued':
      return `Signed in within ${formatMs(reading.tookMs)}.`;
    case 'not-attempted':
      return 'Sign-in not tried: a ready token is used.';
    case 'refused':
      return `Sign-in refused: ${remote(reading.text)}`;
    case 'failed':
      return `Sign-in failed: ${remote(reading.text)}`;
  }
}

/** What was reached together, each with the time to its first byte, then what was not. */
export function reachText(readings: readonly ReachReading[], sheet: Pick<Sheet, 'remote'>): string {
  const timed = ({ target, outcome }: ReachReading): string =>
    outcome.kind === 'reached' ? `${NAMES[target]} ${formatMs(outcome.firstByteMs)}` : NAMES[target];
  return reachTextWith(readings, timed, sheet);
}

/** The same in one line where all is well: nobody reads milliseconds, or what is reached anyhow, in an outage. */
export function shortReachText(readings: readonly ReachReading[], sheet: Pick<Sheet, 'remote'>): string {
  const telling = readings.filter(
    ({ target, outcome }) => outcome.kind === 'failed' || (target !== 'control' && target !== 'sign-in'),
  );
  return reachTextWith(telling, ({ target }) => NAMES[target], sheet);
}

/** A mail server that is well greets with 220; what else it says is told in place of its name. */
function reachTextWith(
  readings: readonly ReachReading[],
  nameOf: (reading: ReachReading) => string,
  { remote }: Pick<Sheet, 'remote'>,
): string {
  const greetings = readings.flatMap(({ outcome }) => badGreeting(outcome));
  const well = readings.filter(
    ({ outcome }) => outcome.kind === 'reached' && badGreeting(outcome).length === 0,
  );
  // Several hosts may take inbound mail.
  const names = [...new Set(well.map(nameOf))];
  const parts = [
    ...(names.length === 0 ? [] : [`Reached: ${names.join(', ')}.`]),
    ...new Set(greetings.map((greeting) => `Inbound mail says ${shortGreeting(remote(greeting))}.`)),
    ...readings.flatMap((reading) => failedTexts(reading, remote)),
  ];
  return parts.length === 0 ? 'Nothing was tried.' : parts.join(' ');
}

function badGreeting(outcome: ReachReading['outcome']): readonly string[] {
  if (outcome.kind === 'failed' || outcome.greeting === null || outcome.greeting.startsWith('2')) return [];
  return [outcome.greeting];
}

/** By its codes, as `451 4.3.2`; without them as it is. */
function shortGreeting(greeting: string): string {
  return (
    /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/u.exec(greeting)?.[0] ?? `"${truncate(greeting, GREETING_COLUMNS)}"`
  );
}

function failedTexts({ target, host, outcome }: ReachReading, remote: Sheet['remote']): readonly string[] {
  if (outcome.kind === 'reached') return [];
  return [`NOT reached: ${NAMES[target]} (${remote(host)}: ${REACH_REASONS[outcome.reason]}).`];
}

export function statusPageText(reading: StatusPageReading, { remote }: Pick<Sheet, 'remote'>): string {
  if (reading.kind === 'unreadable')
    return `The public status page could not be read: ${remote(reading.why)}`;
  return `The public status page says "${remote(reading.status)}" of the admin portal; it tells nothing of mail.`;
}

function formatMs(milliseconds: number): string {
  return `${formatCount(Math.round(milliseconds))} ms`;
}
