/**
 * From what is asked to the questions that a service takes, as few as will do. What a question leaves out is checked
 * row by row on our side, so a plan may ask for more than is wanted, and never for less.
 */
import { addressKey } from '../address/address.js';
import { slicesOf, type TimeWindow, wholeSeconds } from '../time-window.js';
import { messageIdKey, traceIdKey } from './delivery-key.js';
import type { ServiceTerms, TraceQuestion } from './question.js';
import { bareWord } from './status.js';
import type { TraceQuery } from './trace-source.js';

/** Status words of mail that is held or has failed; all other mail is none of a question after reasons. */
const TROUBLE_STATUSES = ['failed', 'pending', 'gettingStatus'] as const;
const HELD_STATUSES = ['pending', 'gettingStatus'] as const;

/** The mail of a whole domain fills more pages than that of an address: it weighs like so many of them. */
const ADDRESSES_IN_A_DOMAIN = 10;

/** The questions of a query, slice by slice, newest first. The end may not lie in the future, so it is cut at `now`. */
export function questionsOf(
  query: TraceQuery,
  window: TimeWindow,
  now: Date,
  terms: ServiceTerms,
): readonly TraceQuestion[] {
  const conditions = conditionsOf(query, terms);
  return slicesOf(askableWindow(window, now), terms.sliceDays).flatMap((slice) =>
    conditions.map((condition) => ({ ...condition, window: slice, subject: query.subject })),
  );
}

/** A query that asks for held and failed mail alone, unless it names statuses of its own. */
export function onlyTrouble(query: TraceQuery): TraceQuery {
  return query.statuses.length > 0 ? query : { ...query, statuses: TROUBLE_STATUSES };
}

/** A query that asks for held mail alone. */
export function onlyHeld(query: TraceQuery): TraceQuery {
  return { ...query, statuses: HELD_STATUSES };
}

function askableWindow(window: TimeWindow, now: Date): TimeWindow {
  const whole = wholeSeconds(window);
  const lastMs = Math.floor(now.getTime() / 1000) * 1000;
  const isCut = whole.to.getTime() > lastMs && lastMs >= whole.from.getTime();
  return isCut ? { from: whole.from, to: new Date(lastMs) } : whole;
}

type Property = 'senders' | 'recipients' | 'messageIds' | 'messageTraceIds' | 'statuses';
type Conditions = Pick<TraceQuery, Property>;

/** The values of a property, in portions that one question takes; one empty portion asks for any. */
type Portions = readonly (readonly string[])[];

/**
 * One property is the axis along which the values are asked; of the others go along those that fit into every question
 * as they are. Statuses are asked on top of addresses, for few of a sender's mails are in trouble; of one message all
 * rows are had at once.
 */
function conditionsOf(query: TraceQuery, terms: ServiceTerms): readonly Conditions[] {
  const most = terms.valuesPerProperty;
  const portions: Readonly<Record<Property, Portions>> = {
    senders: portionsOf(query.senders, addressKey, most),
    recipients: portionsOf(query.recipients, addressKey, most),
    messageIds: portionsOf(query.messageIds, messageIdKey, most),
    messageTraceIds: portionsOf(query.messageTraceIds, traceIdKey, 1),
    statuses: portionsOf(query.statuses, bareWord, most),
  };
  const axis = axisOf(query, portions);
  const isByAddress = axis === 'senders' || axis === 'recipients';
  const asked = (property: Property): Portions => {
    const isAsked = property === axis || (property === 'statuses' && isByAddress);
    return isAsked || portions[property].length === 1 ? portions[property] : [[]];
  };
  return asked('senders').flatMap((senders) =>
    asked('recipients').flatMap((recipients) =>
      asked('messageIds').flatMap((messageIds) =>
        asked('messageTraceIds').flatMap((messageTraceIds) =>
          asked('statuses').map((statuses) => ({
            ...{ senders, recipients, messageIds, messageTraceIds, statuses },
          })),
        ),
      ),
    ),
  );
}

/** Ids first: what they bring is a page each. Then whichever side has fewer addresses, then the statuses. */
function axisOf(query: TraceQuery, portions: Readonly<Record<Property, Portions>>): Property {
  if (query.messageTraceIds.length > 0) return 'messageTraceIds';
  if (query.messageIds.length > 0) return 'messageIds';
  if (query.senders.length === 0 && query.recipients.length === 0) return 'statuses';
  if (query.senders.length === 0) return 'recipients';
  if (query.recipients.length === 0) return 'senders';
  return weightOf(portions.recipients) < weightOf(portions.senders) ? 'recipients' : 'senders';
}

function weightOf(portions: Portions): number {
  const domains = portions.filter((values) => values.some((value) => value.startsWith('*@'))).length;
  return portions.length + domains * (ADDRESSES_IN_A_DOMAIN - 1);
}

function portionsOf(values: readonly string[], keyOf: (value: string) => string, most: number): Portions {
  const distinct = [...new Map(values.map((value) => [keyOf(value), value])).values()];
  if (distinct.length === 0) return [[]];
  const count = Math.ceil(distinct.length / most);
  return Array.from({ length: count }, (_, index) => distinct.slice(index * most, (index + 1) * most));
}
