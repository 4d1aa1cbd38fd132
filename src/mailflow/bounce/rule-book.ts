/** Rules made ready for use: all phrases in one index, all codes in one table. */
import type { SmtpReply } from '../smtp/reply.js';
import { indexPhrases, type PhraseFinder } from './phrase-index.js';
import type { Matcher, Rule } from './rule.js';
import { hasWords, MICROSOFT_WORDS, SERVER_NAMES, TELLING_OF_ANOTHER } from './speaker.js';

/** What the rules say of one reply. */
export interface Reading {
  /** The best rule that fits; null when none does. */
  readonly rule: Rule | null;
  /** Its words or its host name are Microsoft's. */
  readonly isMicrosofts: boolean;
  /** Codes and no words. */
  readonly isBare: boolean;
  /** Decided by a code that names no cause: a reply code alone, or one that RFC 3463 calls undefined (X.4.0). */
  readonly isVague: boolean;
  /** The rule that decided, or one for its code, is about the end of the retries. */
  readonly expires: boolean;
  /** The same, and no code is needed to say it. */
  readonly saysExpired: boolean;
  /** Some rule that fits is a notice that delivery goes on. */
  readonly delays: boolean;
  /** The rule that tells of mail that was held back on purpose. */
  readonly suppression: Rule | null;
}

export interface RuleBook {
  /** `isQuoted`: another reply carries this one. */
  readonly look: (text: string, reply: SmtpReply, isQuoted: boolean) => Reading;
  /** Of rules with the same id the first. */
  readonly ruleById: ReadonlyMap<string, Rule>;
}

/** One way of a rule to be meant. */
interface Condition {
  readonly rule: Rule;
  /** Precedence when its words occur, and when its code does; the lowest wins. */
  readonly wordRank: number;
  readonly codeRank: number;
  /** The same for a code that only Microsoft has given a meaning. */
  readonly ownCodeRank: number;
  readonly microsoftOnly: boolean;
  /** Enhanced codes and families as numbers; null asks for none. */
  readonly statuses: ReadonlySet<number> | null;
  /** Reply codes, `5` for all that begin with it; null asks for none. */
  readonly replyCodes: ReadonlySet<number> | null;
}

interface MatchedCondition {
  readonly condition: Condition;
  readonly matcher: Matcher;
}

interface Alternative {
  readonly condition: Condition;
  /** Ids of further phrases that must occur. */
  readonly others: readonly number[];
}

interface Tables {
  /** Made when a reply with words first comes: for a code alone nobody should wait for all phrases. */
  readonly words: () => WordTables;
  readonly byStatus: ReadonlyMap<number, readonly Condition[]>;
  readonly byReplyCode: ReadonlyMap<number, readonly Condition[]>;
}

interface WordTables {
  readonly finder: PhraseFinder;
  readonly marks: SpeakerMarks;
  /** By the id of their first phrase. */
  readonly alternatives: readonly (readonly Alternative[])[];
}

export function openRuleBook(rules: readonly Rule[]): RuleBook {
  const byCodeAlone = conditionsOf(rules, ({ phrases }) => phrases === undefined);
  let words: WordTables | null = null;
  const tables: Tables = {
    words: () => (words ??= openWords(conditionsOf(rules, ({ phrases }) => phrases !== undefined))),
    byStatus: indexBy(byCodeAlone, ({ statuses }) => statuses),
    byReplyCode: indexBy(byCodeAlone, ({ statuses, replyCodes }) => (statuses === null ? replyCodes : null)),
  };
  const ruleById = new Map(rules.toReversed().map((rule) => [rule.id, rule]));
  return { look: (text, reply, isQuoted) => look(tables, text, reply, isQuoted), ruleById };
}

function openWords(conditions: readonly MatchedCondition[]): WordTables {
  const phrases = new PhraseList();
  const marks = numberMarks(phrases);
  const alternatives: Alternative[][] = [];
  for (const { condition, matcher } of conditions) {
    for (const phrase of matcher.phrases ?? []) {
      const [first = 0, ...others] = phrases.idsOf(phrase);
      (alternatives[first] ??= []).push({ condition, others });
    }
  }
  return {
    finder: indexPhrases(phrases.all()),
    marks,
    alternatives: Array.from(phrases.all(), (_, id) => alternatives[id] ?? []),
  };
}

function look(tables: Tables, text: string, reply: SmtpReply, isQuoted: boolean): Reading {
  const { finder, marks, alternatives } = saysMore(text, reply.spans) ? tables.words() : NO_WORDS;
  const count = finder.read(text, reply.spans);
  const isBare = !hasWords(text, reply.spans);
  const isMicrosofts = isMarked(marks, finder, count, isQuoted);
  const codes = codesOf(reply, isBare || isMicrosofts);
  const draft = emptyDraft(isMicrosofts, isBare);
  for (let index = 0; index < count; index += 1) {
    for (const { condition, others } of alternatives[finder.found[index] ?? 0] ?? []) {
      if (allOccur(finder, others) && fits(condition, codes)) add(draft, condition, condition.wordRank);
    }
  }
  addByCode(draft, tables, codes);
  draft.expires ||= draft.rule?.expires === true;
  return draft;
}

const NO_WORDS: WordTables = {
  finder: { read: () => 0, found: new Int32Array(0), occurs: () => false },
  marks: { count: 0, words: [], serverNames: [], tellingOfAnother: [] },
  alternatives: [],
};

/** Whether there is anything beside the codes that a phrase could be made of. */
function saysMore(text: string, spans: readonly number[]): boolean {
  for (let piece = 0; piece + 1 < spans.length; piece += 2) {
    if (/[a-z0-9]|[^\x00-\x7f]/i.test(text.slice(spans[piece], spans[piece + 1]))) return true;
  }
  return false;
}

function addByCode(draft: Draft, { byStatus, byReplyCode }: Tables, codes: Codes): void {
  addFitting(draft, byStatus.get(codes.status), codes);
  addFitting(draft, byStatus.get(codes.family), codes);
  addFitting(draft, byReplyCode.get(codes.replyCode), codes);
  addFitting(draft, byReplyCode.get(codes.replyClass), codes);
}

function addFitting(draft: Draft, conditions: readonly Condition[] | undefined, codes: Codes): void {
  if (conditions === undefined) return;
  for (const condition of conditions) {
    if (!fits(condition, codes)) continue;
    add(draft, condition, codes.isOwn ? condition.ownCodeRank : condition.codeRank);
    if (draft.rule === condition.rule) draft.isVague = condition.statuses === null || codes.isUndefined;
  }
}

function fits({ microsoftOnly, statuses, replyCodes }: Condition, codes: Codes): boolean {
  if (microsoftOnly && !codes.fromMicrosoft) return false;
  if (statuses !== null && !statuses.has(codes.status) && !statuses.has(codes.family)) return false;
  return replyCodes === null || replyCodes.has(codes.replyCode) || replyCodes.has(codes.replyClass);
}

/** Ids of the phrases that give Microsoft away. */
interface SpeakerMarks {
  /** They have the first numbers. */
  readonly count: number;
  readonly words: readonly (readonly number[])[];
  readonly serverNames: readonly (readonly number[])[];
  readonly tellingOfAnother: readonly (readonly number[])[];
}

function numberMarks(phrases: PhraseList): SpeakerMarks {
  const numbered = (marks: readonly string[]): number[][] => marks.map((mark) => phrases.idsOf(mark));
  const words = numbered(MICROSOFT_WORDS);
  const serverNames = numbered(SERVER_NAMES);
  const tellingOfAnother = numbered(TELLING_OF_ANOTHER);
  return { words, serverNames, tellingOfAnother, count: phrases.all().length };
}

function isMarked(marks: SpeakerMarks, finder: PhraseFinder, count: number, isQuoted: boolean): boolean {
  let some = false;
  for (let index = 0; index < count; index += 1) some ||= (finder.found[index] ?? 0) < marks.count;
  if (!some) return false;
  const anyOccurs = (phrases: readonly (readonly number[])[]): boolean =>
    phrases.some((parts) => allOccur(finder, parts));
  if (anyOccurs(marks.words)) return true;
  return anyOccurs(marks.serverNames) && !(isQuoted && anyOccurs(marks.tellingOfAnother));
}

function allOccur(finder: PhraseFinder, ids: readonly number[]): boolean {
  for (const id of ids) {
    if (!finder.occurs(id)) return false;
  }
  return true;
}

/** A reading while the rules that fit are still coming in. */
type Draft = { -readonly [Key in keyof Reading]: Reading[Key] } & { rank: number };

function emptyDraft(isMicrosofts: boolean, isBare: boolean): Draft {
  return {
    rule: null,
    rank: Infinity,
    isMicrosofts,
    isBare,
    isVague: false,
    expires: false,
    saysExpired: false,
    delays: false,
    suppression: null,
  };
}

function add(draft: Draft, { rule, statuses }: Condition, rank: number): void {
  if (rank < draft.rank) {
    draft.rank = rank;
    draft.rule = rule;
  }
  if (rule.expires === true) {
    // Words that another rule understands better are about something else; a code is not.
    if (statuses !== null) draft.expires = true;
    if (rule.finality === 'permanent') draft.saysExpired = true;
  }
  if (rule.delays === true) draft.delays = true;
  if (rule.reason === 'suppressed') draft.suppression ??= rule;
}

/** Codes as numbers: they are compared for every reply with many rules. */
interface Codes {
  readonly status: number;
  readonly family: number;
  readonly replyCode: number;
  readonly replyClass: number;
  /** A code that only Microsoft has given a meaning. */
  readonly isOwn: boolean;
  /** `x.4.0`: of this family, and no more (RFC 3463, 3). */
  readonly isUndefined: boolean;
  readonly fromMicrosoft: boolean;
}

const NONE = -1;
const FAMILY = 9_999;
const DETAILS = 10_000;
/** Microsoft's own codes have a detail of three digits; nobody else gives them a meaning. */
const OWN_CODE_DETAIL = 100;

function codesOf({ enhancedStatus, replyCode }: SmtpReply, fromMicrosoft: boolean): Codes {
  const status = enhancedStatus === null ? NONE : numberOf(enhancedStatus);
  const detail = status % DETAILS;
  return {
    status,
    family: status === NONE ? NONE : status - detail + FAMILY,
    replyCode: replyCode ?? NONE,
    replyClass: replyCode === null ? NONE : Math.trunc(replyCode / 100),
    isOwn: detail >= OWN_CODE_DETAIL,
    isUndefined: detail === 0,
    fromMicrosoft,
  };
}

/** `5.1.10` → 51 and 0010; `5.1.x` → 51 and what stands for the whole family. */
function numberOf(status: string): number {
  const group = Number(status.charAt(0)) * 10 + Number(status.charAt(2));
  return group * DETAILS + (status.endsWith('x') ? FAMILY : Number(status.slice(4)));
}

const RANK_STEP = 10_000;

function conditionsOf(rules: readonly Rule[], wanted: (matcher: Matcher) => boolean): MatchedCondition[] {
  return rules.flatMap((rule, order) => toConditions(rule, order, rule.match.filter(wanted)));
}

/** Words beat the registry's codes, Microsoft's own codes are as good as words, what is broad comes last. */
function toConditions(rule: Rule, order: number, match: readonly Matcher[]): MatchedCondition[] {
  const isBroad = rule.generic === true;
  const wordRank = order + (isBroad ? 2 : 0) * RANK_STEP;
  const codeRank = rule.own === true ? wordRank : wordRank + RANK_STEP;
  return match.map((matcher) => ({
    matcher,
    condition: {
      rule,
      wordRank,
      codeRank,
      ownCodeRank: isBroad ? codeRank : wordRank,
      microsoftOnly: matcher.speaker === 'microsoft',
      statuses:
        matcher.enhanced === undefined ? null : new Set(matcher.enhanced.flatMap(expandCodes).map(numberOf)),
      replyCodes:
        matcher.replyCodes === undefined
          ? null
          : new Set(matcher.replyCodes.map((code) => Number(code.replace('xx', '')))),
    },
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

function indexBy(
  conditions: readonly { readonly condition: Condition }[],
  keysOf: (condition: Condition) => ReadonlySet<number> | null,
): ReadonlyMap<number, readonly Condition[]> {
  const byKey = new Map<number, Condition[]>();
  for (const { condition } of conditions) {
    for (const key of keysOf(condition) ?? []) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [condition]);
      else known.push(condition);
    }
  }
  return byKey;
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
