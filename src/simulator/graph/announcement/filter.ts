/** `$filter` of service communications: conditions joined by `and`. It is evaluated, other than that of message trace. */
import type { FilterToken } from '../filter-token.js';
import { filterTokens } from '../filter-token.js';
import type { WireEntity } from './wire.js';

type EntityFilter = (entity: WireEntity) => boolean;

type EntityFilterReading =
  { readonly ok: true; readonly value: EntityFilter } | { readonly ok: false; readonly message: string };

const COMPARISONS = ['eq', 'ne', 'ge', 'gt', 'le', 'lt'] as const;
type Comparison = (typeof COMPARISONS)[number];

interface Condition {
  readonly property: string;
  readonly comparison: Comparison;
  readonly literal: FilterToken;
}

/** `known` are the properties that may be asked for; `details` and `posts` are none. */
export function entityFilter(text: string, known: readonly string[]): EntityFilterReading {
  const tokens = filterTokens(text);
  if (tokens === null) return refused('There is an unterminated string literal.');
  if (tokens.some(({ kind }) => kind === 'mark'))
    return refused('Syntax error: parentheses are not supported.');
  const conditions: Condition[] = [];
  for (const words of parted(tokens)) {
    const condition = conditionOf(words);
    if (condition === null) return refused(`Syntax error at '${words.map((word) => word.text).join(' ')}'.`);
    if (!known.includes(condition.property)) {
      return refused(`The property '${condition.property}' cannot be used in the $filter query option.`);
    }
    conditions.push(condition);
  }
  return { ok: true, value: (entity) => conditions.every((condition) => holds(condition, entity)) };
}

/** What stands between the `and`s. */
function parted(tokens: readonly FilterToken[]): readonly (readonly FilterToken[])[] {
  const parts: FilterToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'word' && token.text.toLowerCase() === 'and') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function conditionOf(words: readonly FilterToken[]): Condition | null {
  const [property, operator, literal, ...rest] = words;
  const comparison = COMPARISONS.find((each) => each === operator?.text.toLowerCase());
  if (property === undefined || comparison === undefined || literal === undefined || rest.length > 0)
    return null;
  return { property: property.text, comparison, literal };
}

function holds({ property, comparison, literal }: Condition, entity: WireEntity): boolean {
  const value = entity[property];
  if (comparison === 'eq' || comparison === 'ne') return equals(value, literal) === (comparison === 'eq');
  const [ours, asked] = [Date.parse(wordOf(value)), Date.parse(literal.text)];
  switch (comparison) {
    case 'ge':
      return ours >= asked;
    case 'gt':
      return ours > asked;
    case 'le':
      return ours <= asked;
    case 'lt':
      return ours < asked;
  }
}

function equals(value: unknown, { kind, text }: FilterToken): boolean {
  if (kind === 'word' && text === 'null') return value === null;
  return value !== null && wordOf(value).toLowerCase() === text.toLowerCase();
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function refused(message: string): EntityFilterReading {
  return { ok: false, message: `Invalid filter clause: ${message}` };
}
