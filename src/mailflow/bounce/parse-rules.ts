/** Rules that an admin wrote, from a value of any shape. What is wrong is named with the rule, the key and one example. */
import type { Matcher, Rule } from './rule.js';
import { PARTIES, REASONS } from './verdict.js';

export type ParsedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  /** `at` as `rule 2 (our-gateway), "party"`. */
  | { readonly ok: false; readonly at: string; readonly expected: string };

/** A rule whole, for errors and for help. */
export const RULE_EXAMPLE =
  '[{"id": "our-gateway-holds", "match": {"phrases": ["held by our gateway"], "replyCodes": ["4xx"]}, "reason": "policy", "party": "recipient-policy", "retry": "after-fix", "remedy": "The gateway team releases it."}]';

const MOST_RULES = 1_000;
const MOST_ENTRIES = 100;
const LONGEST_PHRASE = 200;
const LONGEST_REMEDY = 195;
const RULE_KEYS: readonly string[] = ['id', 'match', 'reason', 'party', 'retry', 'remedy'];
const MATCH_KEYS: readonly string[] = ['phrases', 'enhanced', 'replyCodes'];
/** What helps once a failure is final; a deferral is retried by itself. */
const RETRIES = ['after-fix', 'later', 'never'] as const;

/** Rules in the order of the value, to be put before those of the book. */
export function parseRules(value: unknown): ParsedRules {
  if (!Array.isArray(value) || value.length > MOST_RULES)
    return {
      ok: false,
      at: 'the file',
      expected: `an array of at most ${MOST_RULES} rules, as ${RULE_EXAMPLE}`,
    };
  const rules: Rule[] = [];
  const entries: readonly unknown[] = value;
  for (const [index, entry] of entries.entries()) {
    const rule = parseRule(entry);
    const name = isObject(entry) && typeof entry['id'] === 'string' ? ` (${entry['id'].slice(0, 60)})` : '';
    const where = `rule ${index + 1}${name}`;
    if (!rule.ok)
      return { ok: false, at: rule.key === '' ? where : `${where}, "${rule.key}"`, expected: rule.expected };
    if (rules.some(({ id }) => id === rule.value.id))
      return { ok: false, at: `${where}, "id"`, expected: 'an id that no other rule of the file has' };
    rules.push(rule.value);
  }
  return { ok: true, rules };
}

type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  /** Empty key: the whole. */
  | { readonly ok: false; readonly key: string; readonly expected: string };

function parseRule(value: unknown): Decoded<Rule> {
  if (!isObject(value)) return refuse('', `an object, as in ${RULE_EXAMPLE}`);
  const strange = Object.keys(value).find((key) => !RULE_KEYS.includes(key));
  if (strange !== undefined)
    return refuse(strange.slice(0, 60), `no such key; a rule has ${RULE_KEYS.join(', ')}`);
  const id = parseText(
    value,
    'id',
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
    60,
    'small letters, digits and hyphens, as "our-gateway-holds"',
  );
  if (!id.ok) return id;
  const match = parseMatchers(value['match']);
  if (!match.ok) return match;
  const reason = parseChoice(value, 'reason', REASONS);
  if (!reason.ok) return reason;
  const party = parseChoice(value, 'party', PARTIES);
  if (!party.ok) return party;
  const retry = parseChoice(value, 'retry', RETRIES);
  if (!retry.ok) return retry;
  const remedy = parseText(
    value,
    'remedy',
    /^(?=.*\S)[^\p{Cc}]*$/u,
    LONGEST_REMEDY,
    `one to ${LONGEST_REMEDY} characters on one line, as "The gateway team releases it."`,
  );
  if (!remedy.ok) return remedy;
  return {
    ok: true,
    value: {
      id: id.value,
      match: match.value,
      reason: reason.value,
      party: party.value,
      retry: retry.value,
      remedy: remedy.value,
      own: true,
    },
  };
}

function parseMatchers(value: unknown): Decoded<readonly Matcher[]> {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const expected =
    'an object with phrases, enhanced or replyCodes, or an array of them, as {"phrases": ["held by our gateway"]}';
  if (entries.length === 0 || entries.length > MOST_ENTRIES) return refuse('match', expected);
  const matchers: Matcher[] = [];
  for (const entry of entries) {
    if (!isObject(entry)) return refuse('match', expected);
    const keys = Object.keys(entry);
    if (keys.length === 0 || !keys.every((key) => MATCH_KEYS.includes(key))) return refuse('match', expected);
    const matcher = parseMatcher(entry);
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
  }
  return { ok: true, value: matchers };
}

function parseMatcher(value: Readonly<Record<string, unknown>>): Decoded<Matcher> {
  const phrases = parseList(
    value,
    'phrases',
    isPhrase,
    `texts of at most ${LONGEST_PHRASE} characters with a letter or digit in each part, as ["held by our gateway", "score + exceeded"]`,
  );
  if (!phrases.ok) return phrases;
  const enhanced = parseList(
    value,
    'enhanced',
    isEnhanced,
    'enhanced codes, ranges or families, as ["5.7.1", "5.7.606-649", "4.3.x"]',
  );
  if (!enhanced.ok) return enhanced;
  const replyCodes = parseList(
    value,
    'replyCodes',
    (text) => /^[45](?:\d\d|xx)$/.test(text),
    'reply codes as texts, as ["550", "4xx"]',
  );
  if (!replyCodes.ok) return replyCodes;
  return {
    ok: true,
    value: {
      ...(phrases.value === null ? {} : { phrases: phrases.value.map((phrase) => phrase.trim()) }),
      ...(enhanced.value === null ? {} : { enhanced: enhanced.value }),
      ...(replyCodes.value === null ? {} : { replyCodes: replyCodes.value }),
    },
  };
}

function isPhrase(text: string): boolean {
  return text.length <= LONGEST_PHRASE && text.split(' + ').every((part) => /[\p{L}\p{N}]/u.test(part));
}

function isEnhanced(text: string): boolean {
  const parts = /^[45x]\.[0-7]\.(?:x|(\d{1,3})(?:-(\d{1,3}))?)$/.exec(text);
  if (parts === null) return false;
  return parts[2] === undefined || Number(parts[1]) <= Number(parts[2]);
}

/** Null when the key is absent. */
function parseList(
  value: Readonly<Record<string, unknown>>,
  key: string,
  isGood: (text: string) => boolean,
  expected: string,
): Decoded<readonly string[] | null> {
  const list = value[key];
  if (list === undefined) return { ok: true, value: null };
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_ENTRIES) return refuse(key, expected);
  const texts: string[] = [];
  const entries: readonly unknown[] = list;
  for (const entry of entries) {
    if (typeof entry !== 'string' || !isGood(entry)) return refuse(key, expected);
    texts.push(entry);
  }
  return { ok: true, value: texts };
}

function parseText(
  value: Readonly<Record<string, unknown>>,
  key: string,
  pattern: RegExp,
  longest: number,
  expected: string,
): Decoded<string> {
  const text = value[key];
  const isGood = typeof text === 'string' && text.length <= longest && pattern.test(text);
  return isGood ? { ok: true, value: text } : refuse(key, expected);
}

function parseChoice<Choice extends string>(
  value: Readonly<Record<string, unknown>>,
  key: string,
  choices: readonly Choice[],
): Decoded<Choice> {
  const choice = choices.find((candidate) => candidate === value[key]);
  return choice === undefined
    ? refuse(key, `one of ${choices.join(', ')}, as "${choices[0] ?? ''}"`)
    : { ok: true, value: choice };
}

function refuse(key: string, expected: string): Decoded<never> {
  return { ok: false, key, expected };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
