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
  const occurs = (parts: readonly number[]): boolean => parts.every((part) => found[part] === 1);
  const fromMicrosoft = !/[a-z]{3}/i.test(reply.text) || tables.marks.some(occurs);
  const ranked: { rank: number; match: Match }[] = [];
  const add = (condition: Condition, byText: boolean): void => {
    if (!fits(condition, reply, fromMicrosoft)) return;
    const { rule, order } = condition;
    const rank = rankOf(rule, reply, byText) * RANK_STEP + order;
    ranked.push({ rank, match: { rule, specific: rule.generic !== true } });
  };
  for (let id = 0; id < found.length; id += 1) {
    if (found[id] !== 1) continue;
    for (const { condition, parts } of tables.alternatives.get(id) ?? [])
      if (occurs(parts)) add(condition, true);
  }
  for (const key of keysOf(reply))
    for (const condition of tables.byCode.get(key) ?? []) add(condition, false);
  return ranked.sort((a, b) => a.rank - b.rank).map(({ match }) => match);
}

const RANK_STEP = 10_000;

/** Words beat the registry's codes, Microsoft's own codes are as good as words, what is broad comes last. */
function rankOf(rule: Rule, reply: SmtpReply, byText: boolean): number {
  const broad = rule.generic === true ? 2 : 0;
  if (byText) return broad;
  const detail = Number(reply.enhancedStatus?.split('.')[2] ?? 0);
  return detail >= OWN_CODE_DETAIL && broad === 0 ? 0 : broad + 1;
}

function fits(condition: Condition, reply: SmtpReply, fromMicrosoft: boolean): boolean {
  if (condition.matcher.speaker === 'microsoft' && !fromMicrosoft) return false;
  const { codes, replyCodes } = condition;
  if (codes !== null && !enhancedKeys(reply).some((key) => codes.has(key))) return false;
  return replyCodes === null || basicKeys(reply).some((key) => replyCodes.has(key));
}

function keysOf(reply: SmtpReply): string[] {
  return [...enhancedKeys(reply), ...basicKeys(reply)];
}

function enhancedKeys({ enhancedStatus }: SmtpReply): string[] {
  return enhancedStatus === null ? [] : [enhancedStatus, enhancedStatus.replace(/\d+$/, 'x')];
}

function basicKeys({ replyCode }: SmtpReply): string[] {
  return replyCode === null ? [] : [String(replyCode), `${Math.floor(replyCode / 100)}xx`];
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
