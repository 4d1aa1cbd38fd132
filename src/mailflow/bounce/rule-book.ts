/** Rules made ready for use: all phrases in one index, all codes in one table. */
import type { SmtpReply } from '../smtp/reply.js';
import { indexPhrases, type PhraseFinder } from './phrase-index.js';
import type { Matcher, Rule } from './rule.js';

export interface Match {
  readonly rule: Rule;
  /** False when only a broad word or code family fits. */
  readonly specific: boolean;
}

export interface RuleBook {
  /** All rules that fit, best first. */
  readonly look: (reply: SmtpReply) => readonly Match[];
}

interface Condition {
  readonly order: number;
  readonly rule: Rule;
  readonly matcher: Matcher;
  /** One code, `4.3.x` and `550` are told apart by their look. */
  readonly codes: ReadonlySet<string> | null;
  readonly replyCodes: ReadonlySet<string> | null;
}

interface Alternative {
  readonly condition: Condition;
  /** Ids of the phrases that must all occur. */
  readonly parts: readonly number[];
}

/** Microsoft's own codes have a detail of three digits; nobody else gives them a meaning. */
const OWN_CODE_DETAIL = 100;

const MICROSOFT_MARKS = [
  'prod outlook com',
  'protection outlook com',
  'resolver*',
  'storedrv*',
  'smtpsend*',
  'aka ms',
  'go microsoft com',
  'fwlink',
  'microsoft*',
  'exchange online',
  'access denied + as',
];

export function openRuleBook(rules: readonly Rule[]): RuleBook {
  const conditions = rules.flatMap(toConditions);
  const phrases = new PhraseList();
  const marks = MICROSOFT_MARKS.map((mark) => phrases.idsOf(mark));
  const alternatives = new Map<number, Alternative[]>();
  for (const condition of conditions) addPhrases(condition, phrases, alternatives);
  const byCode = indexCodes(conditions.filter(({ matcher }) => matcher.phrases === undefined));
  const find = indexPhrases(phrases.all());
  return { look: (reply) => look(reply, { find, marks, alternatives, byCode }) };
}

interface Tables {
  readonly find: PhraseFinder;
  readonly marks: readonly (readonly number[])[];
  readonly alternatives: ReadonlyMap<number, readonly Alternative[]>;
  readonly byCode: ReadonlyMap<string, readonly Condition[]>;
}

function look(reply: SmtpReply, tables: Tables): Match[] {
  const found = tables.find(reply.text);
  const occurs = (parts: readonly number[]): boolean => parts.every(found.has);
  const codes = codesOf(reply, !/[a-z]{3}/i.test(reply.text) || tables.marks.some(occurs));
  const byText = found.ids
    .flatMap((id) => tables.alternatives.get(id) ?? [])
    .filter(({ condition, parts }) => occurs(parts) && fits(condition, codes))
    .map(({ condition }) => rank(condition, broadness(condition)));
  const byCode = [...codes.enhanced, ...codes.basic]
    .flatMap((key) => tables.byCode.get(key) ?? [])
    .filter((condition) => fits(condition, codes))
    .map((condition) =>
      rank(condition, broadness(condition) + (codes.isOwn && !condition.rule.generic ? 0 : 1)),
    );
  return [...byText, ...byCode].sort((a, b) => a.rank - b.rank).map(({ match }) => match);
}

interface Codes {
  /** The code and its family. */
  readonly enhanced: readonly string[];
  /** The code and its class. */
  readonly basic: readonly string[];
  /** A code that only Microsoft has given a meaning. */
  readonly isOwn: boolean;
  readonly fromMicrosoft: boolean;
}

function codesOf({ enhancedStatus, replyCode }: SmtpReply, fromMicrosoft: boolean): Codes {
  const detailAt = (enhancedStatus?.lastIndexOf('.') ?? 0) + 1;
  return {
    enhanced: enhancedStatus === null ? [] : [enhancedStatus, `${enhancedStatus.slice(0, detailAt)}x`],
    basic: replyCode === null ? [] : [String(replyCode), `${Math.floor(replyCode / 100)}xx`],
    isOwn: Number(enhancedStatus?.slice(detailAt) ?? 0) >= OWN_CODE_DETAIL,
    fromMicrosoft,
  };
}

const RANK_STEP = 10_000;

/** Words beat the registry's codes, Microsoft's own codes are as good as words, what is broad comes last. */
function rank({ rule, order }: Condition, tier: number): { rank: number; match: Match } {
  return { rank: tier * RANK_STEP + order, match: { rule, specific: rule.generic !== true } };
}

function broadness({ rule }: Condition): number {
  return rule.generic === true ? 2 : 0;
}

function fits({ matcher, codes, replyCodes }: Condition, seen: Codes): boolean {
  if (matcher.speaker === 'microsoft' && !seen.fromMicrosoft) return false;
  if (codes !== null && !seen.enhanced.some((key) => codes.has(key))) return false;
  return replyCodes === null || seen.basic.some((key) => replyCodes.has(key));
}

function toConditions(rule: Rule, order: number): Condition[] {
  return rule.match.map((matcher) => ({
    order,
    rule,
    matcher,
    codes: matcher.enhanced === undefined ? null : new Set(matcher.enhanced.flatMap(expandCodes)),
    replyCodes: matcher.replyCodes === undefined ? null : new Set(matcher.replyCodes),
  }));
}

/** `x.4.316` → both classes; `5.7.606-649` → each of them. */
function expandCodes(written: string): string[] {
  if (written.startsWith('x.')) return ['4', '5'].flatMap((digit) => expandCodes(digit + written.slice(1)));
  const [first = '', last] = written.split('-');
  if (last === undefined) return [first];
  const at = first.lastIndexOf('.') + 1;
  const from = Number(first.slice(at));
  return Array.from({ length: Number(last) - from + 1 }, (_, step) => `${first.slice(0, at)}${from + step}`);
}

function addPhrases(
  condition: Condition,
  phrases: PhraseList,
  alternatives: Map<number, Alternative[]>,
): void {
  for (const phrase of condition.matcher.phrases ?? []) {
    const parts = phrases.idsOf(phrase);
    const [key = 0] = parts;
    alternatives.set(key, [...(alternatives.get(key) ?? []), { condition, parts }]);
  }
}

function indexCodes(conditions: readonly Condition[]): Map<string, Condition[]> {
  const byCode = new Map<string, Condition[]>();
  for (const condition of conditions) {
    for (const key of condition.codes ?? condition.replyCodes ?? []) {
      byCode.set(key, [...(byCode.get(key) ?? []), condition]);
    }
  }
  return byCode;
}

/** Phrases, each once, by number. */
class PhraseList {
  readonly #idByPhrase = new Map<string, number>();

  idsOf(phrase: string): number[] {
    return phrase.split(' + ').map((part) => {
      const id = this.#idByPhrase.get(part) ?? this.#idByPhrase.size;
      this.#idByPhrase.set(part, id);
      return id;
    });
  }

  all(): string[] {
    return [...this.#idByPhrase.keys()];
  }
}
