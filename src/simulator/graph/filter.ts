/**
 * `$filter` of message trace as the service evaluates it: one value for each property, the last one written, and all
 * properties together. What looks like a choice (`or`, `in`) or a denial (`ne`, `not`) answers 200 and means nothing.
 */
import type { Quirks } from '../quirks.js';
import type { FilterToken } from './filter-token.js';
import { filterTokens } from './filter-token.js';

export const TEXT_PROPERTIES = [
  'senderAddress',
  'recipientAddress',
  'messageId',
  'id',
  'fromIP',
  'toIP',
  'status',
] as const;
export type TextProperty = (typeof TEXT_PROPERTIES)[number];

const SUBJECT_TESTS = ['eq', 'contains', 'startswith', 'endswith'] as const;
export type SubjectTest = (typeof SUBJECT_TESTS)[number];

export interface TraceFilter {
  readonly equals: ReadonlyMap<TextProperty, string>;
  readonly subject: { readonly test: SubjectTest; readonly value: string } | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

type FilterReading =
  { readonly ok: true; readonly value: TraceFilter } | { readonly ok: false; readonly message: string };

interface Condition {
  /** The operator or function, in lower case. */
  readonly operator: string;
  readonly property: string;
  readonly value: string;
}

const EMPTY: TraceFilter = { equals: new Map(), subject: null, from: null, to: null };

const IGNORED_WORDS: ReadonlySet<string> = new Set(['or', 'in', 'ne', 'not']);

export function parseFilter(text: string, quirks: Pick<Quirks, 'lenientFilter'>): FilterReading {
  const tokens = filterTokens(text);
  if (tokens === null) return refused('Invalid filter clause: there is an unterminated string literal.');
  const word = tokens.find((token) => token.kind === 'word' && IGNORED_WORDS.has(token.text.toLowerCase()));
  if (word !== undefined && !quirks.lenientFilter) {
    return refused(`Invalid filter clause: operator '${word.text}' is not supported.`);
  }
  const conditions = conditionsOf(tokens);
  if (conditions.length === 0) return refused('Invalid filter clause: a condition was expected.');
  return conditions.reduce<FilterReading>(
    (reading, condition) => (reading.ok ? applied(reading.value, condition, quirks) : reading),
    { ok: true, value: EMPTY },
  );
}

function applied(
  filter: TraceFilter,
  condition: Condition,
  quirks: Pick<Quirks, 'lenientFilter'>,
): FilterReading {
  const property = TEXT_PROPERTIES.find((name) => name === condition.property);
  if (property !== undefined) return withText(filter, property, condition, quirks);
  if (condition.property === 'subject') return withSubject(filter, condition);
  if (condition.property === 'receivedDateTime') return withBound(filter, condition);
  return refused(
    `Could not find a property named '${condition.property}' on type 'microsoft.graph.exchangeMessageTrace'.`,
  );
}

/** A function on an address is accepted and forgotten, so all rows come back. */
function withText(
  filter: TraceFilter,
  property: TextProperty,
  condition: Condition,
  quirks: Pick<Quirks, 'lenientFilter'>,
): FilterReading {
  const isFunction = SUBJECT_TESTS.some((test) => test !== 'eq' && test === condition.operator);
  if (isFunction && quirks.lenientFilter) return { ok: true, value: filter };
  if (isFunction) return refused(`Invalid filter clause: '${condition.operator}' on '${property}'.`);
  return {
    ok: true,
    value: { ...filter, equals: new Map([...filter.equals, [property, condition.value]]) },
  };
}

function withSubject(filter: TraceFilter, condition: Condition): FilterReading {
  const test = SUBJECT_TESTS.find((name) => name === condition.operator) ?? 'eq';
  return { ok: true, value: { ...filter, subject: { test, value: condition.value } } };
}

/** Bounds are inclusive, whichever way they are written. */
function withBound(filter: TraceFilter, condition: Condition): FilterReading {
  const instant = new Date(condition.value);
  if (Number.isNaN(instant.getTime())) {
    return refused(`Invalid filter clause: '${condition.value}' is not a DateTimeOffset.`);
  }
  if (condition.operator.startsWith('g')) return { ok: true, value: { ...filter, from: instant } };
  if (condition.operator.startsWith('l')) return { ok: true, value: { ...filter, to: instant } };
  return { ok: true, value: filter };
}

/** `property operator value`, `property in (a, b)` and `function(property, value)`; marks are passed over. */
function conditionsOf(tokens: readonly FilterToken[]): readonly Condition[] {
  const found: Condition[] = [];
  let property = '';
  let operator = '';
  for (const { kind, text } of tokens.filter((token) => token.kind !== 'mark')) {
    if (kind === 'string' || (property !== '' && operator !== '' && !isJoint(text))) {
      found.push({ operator, property, value: text });
    } else if (isJoint(text)) {
      [property, operator] = ['', ''];
    } else if (isOperator(text)) {
      operator = text.toLowerCase();
    } else {
      property = text;
    }
  }
  return found;
}

const OPERATORS: ReadonlySet<string> = new Set([
  ...['eq', 'ne', 'in', 'ge', 'gt', 'le', 'lt'],
  ...['contains', 'startswith', 'endswith'],
]);

function isOperator(word: string): boolean {
  return OPERATORS.has(word.toLowerCase());
}

function isJoint(word: string): boolean {
  return ['and', 'or', 'not'].includes(word.toLowerCase());
}

function refused(message: string): FilterReading {
  return { ok: false, message };
}
