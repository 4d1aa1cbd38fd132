/** Get-MessageTraceV2: one answer of at most ResultSize rows, and a warning in prose when there would be more. */
import type { Sighting, SimulatedDelivery } from '../population/delivery.js';
import { sightingAt } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import type { Command, Reading } from './command.js';
import { numberOf, textOf, textsOf, unknownParameter } from './command.js';
import { badArgument } from './error-answer.js';
import { receivedText } from './instant.js';
import type { Span } from './window.js';
import { spanOf } from './window.js';

/** A delivery with what its place in the list hangs on. */
export interface Placed {
  readonly delivery: SimulatedDelivery;
  readonly received: string;
  readonly recipientKey: string;
}

/** What is asked, once all of it was found to be in order. */
interface Question {
  readonly span: Span;
  /** Of the rows at the very end of the span only those from here on. */
  readonly startingRecipient: string | null;
  readonly size: number;
  readonly matches: (sighting: Sighting) => boolean;
}

interface ListAnswer {
  readonly rows: readonly (Sighting & Placed)[];
  readonly warnings: readonly string[];
}

const PARAMETERS = [
  ...[
    'StartDate',
    'EndDate',
    'SenderAddress',
    'RecipientAddress',
    'MessageId',
    'MessageTraceId',
    'FromIP',
    'ToIP',
  ],
  ...['Status', 'Subject', 'SubjectFilterType', 'ResultSize', 'StartingRecipientAddress'],
];
const STATUSES = [
  ...['Delivered', 'Expanded', 'Failed', 'FilteredAsSpam', 'GettingStatus', 'Pending', 'Quarantined'],
];
const DEFAULT_SIZE = 1000;
const LARGEST_SIZE = 5000;

/** Newest first; what was received in one instant by recipient. */
export function inListOrder(population: readonly SimulatedDelivery[]): readonly Placed[] {
  return population
    .map((delivery) => ({
      delivery,
      received: receivedText(delivery),
      recipientKey: delivery.recipient.toLowerCase(),
    }))
    .sort(
      (a, b) =>
        order(b.received, a.received) ||
        order(a.recipientKey, b.recipientKey) ||
        order(a.delivery.id, b.delivery.id),
    );
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function listTraces(
  command: Command,
  {
    placed,
    now,
    quirks,
  }: { readonly placed: readonly Placed[]; readonly now: Date; readonly quirks: Quirks },
): Reading<ListAnswer> {
  const question = questionOf(command, now, quirks);
  if (!question.ok) return question;
  const size = Math.min(question.value.size, quirks.exchangeRows);
  const found = sightingsOf({ ...question.value, size }, placed, now);
  const rows = found.slice(0, size);
  const last = rows.at(-1);
  const warnings = last !== undefined && found.length > size ? [moreFollow(last)] : [];
  return { ok: true, value: { rows, warnings } };
}

function moreFollow({ received, delivery }: Placed): string {
  return (
    'There are more results, use the following command to get more. Get-MessageTraceV2 ' +
    `-EndDate "${received}" -StartingRecipientAddress "${delivery.recipient}"`
  );
}

function questionOf(command: Command, now: Date, quirks: Quirks): Reading<Question> {
  const stranger = unknownParameter(command, PARAMETERS);
  if (stranger !== null) return { ok: false, error: stranger };
  const size = numberOf(command, 'ResultSize') ?? DEFAULT_SIZE;
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_SIZE) {
    return { ok: false, error: badArgument('ResultSize is invalid') };
  }
  const statuses = statusesOf(command);
  if (!statuses.ok) return statuses;
  const span = spanOf(command, now, quirks);
  if (!span.ok) return span;
  const startingRecipient = textOf(command, 'StartingRecipientAddress')?.toLowerCase() ?? null;
  return {
    ok: true,
    value: { span: span.value, size, startingRecipient, matches: matcherOf(command, statuses.value) },
  };
}

/** A beginning of a known word is accepted and matches nothing; any other word is refused with the list of the right ones. */
function statusesOf(command: Command): Reading<readonly string[]> {
  const given = textsOf(command, 'Status').map((word) => word.toLowerCase());
  const wrong = given.find((word) => !STATUSES.some((status) => status.toLowerCase().startsWith(word)));
  return wrong === undefined
    ? { ok: true, value: given }
    : {
        ok: false,
        error: badArgument(
          `Cannot process argument transformation on parameter 'Status'. Unable to match the identifier name ${wrong} ` +
            `to a valid enumerator name. Specify one of the following: ${STATUSES.join(', ')}`,
          'System.Management.Automation.ParameterTransformationException',
        ),
      };
}

function matcherOf(command: Command, statuses: readonly string[]): (sighting: Sighting) => boolean {
  const anyOf = (name: string, pick: (sighting: Sighting) => string): ((sighting: Sighting) => boolean) => {
    const wanted = textsOf(command, name).map((value) => value.toLowerCase());
    return (sighting) =>
      wanted.length === 0 || wanted.some((value) => holds(value, pick(sighting).toLowerCase()));
  };
  const conditions = [
    anyOf('SenderAddress', ({ delivery }) => delivery.sender),
    anyOf('RecipientAddress', ({ delivery }) => delivery.recipient),
    anyOf('MessageId', ({ delivery }) => delivery.messageId),
    anyOf('MessageTraceId', ({ delivery }) => delivery.id),
    anyOf('FromIP', ({ delivery }) => delivery.fromIp ?? ''),
    anyOf('ToIP', ({ delivery }) => delivery.toIp ?? ''),
    subjectCondition(command),
  ];
  return (sighting) =>
    (statuses.length === 0 || statuses.includes(sighting.status.toLowerCase())) &&
    conditions.every((condition) => condition(sighting));
}

/** Only `*@domain` is a wildcard. */
function holds(wanted: string, actual: string): boolean {
  return wanted.startsWith('*@') ? actual.endsWith(wanted.slice(1)) : wanted === actual;
}

function subjectCondition(command: Command): (sighting: Sighting) => boolean {
  const wanted = textOf(command, 'Subject')?.toLowerCase() ?? null;
  const kind = (textOf(command, 'SubjectFilterType') ?? 'Contains').toLowerCase();
  return ({ delivery }) => {
    const subject = delivery.subject.toLowerCase();
    if (wanted === null) return true;
    if (kind === 'startswith') return subject.startsWith(wanted);
    return kind === 'endswith' ? subject.endsWith(wanted) : subject.includes(wanted);
  };
}

/** One more than is asked for, when there is more. */
function sightingsOf(
  question: Question,
  placed: readonly Placed[],
  now: Date,
): readonly (Sighting & Placed)[] {
  const { from, to } = question.span;
  const found: (Sighting & Placed)[] = [];
  for (const place of placed) {
    if (place.received < from || found.length > question.size) break;
    if (place.received > to || isBefore(place, question)) continue;
    const sighting = sightingAt(place.delivery, now);
    if (sighting !== null && question.matches(sighting)) found.push({ ...place, ...sighting });
  }
  return found;
}

function isBefore({ received, recipientKey }: Placed, { span, startingRecipient }: Question): boolean {
  return startingRecipient !== null && received === span.to && recipientKey < startingRecipient;
}
