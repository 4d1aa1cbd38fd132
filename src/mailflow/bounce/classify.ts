/**
 * The judge. Reads one piece of evidence and says what it means: whether it is final, why it happened and whose side it
 * is on. It never throws and never guesses: without evidence the answer is `unknown`. It knows nothing of where the text
 * came from, of time, or of other deliveries.
 *
 * Order of evidence: event, basic reply code, enhanced code, text. The outermost reply gives the class, the innermost
 * quoted one that says something gives reason and party.
 */
import { wordsOfRecord } from '../smtp/reason-record.js';
import { findReplies } from '../smtp/reply.js';
import { meaningOf } from './event-word.js';
import { adviceFor, type Holder } from './remedy.js';
import type { Rule } from './rule.js';
import { openRuleBook, type Reading, type RuleBook } from './rule-book.js';
import { RULES } from './rules.js';
import type { Seen } from './seen.js';
import { judgeSuccess } from './success.js';
import type { Basis, Party, Verdict, VerdictClass, VerdictState } from './verdict.js';

export interface Evidence {
  /** A reply, a code, a reason record, or text that holds one. Remote and hostile. */
  readonly text: string;
  /** The event's word, as `Defer`, where the text comes from a trace. */
  readonly event?: string;
  /** Whose reply it was, where the trace says so: true for the remote server's, false for Exchange's own. */
  readonly fromExternalServer?: boolean;
  /** Who has the message while it is deferred. By default Exchange, where an event or its record is given, else the sender. */
  readonly holder?: Holder;
}

const MAX_CHARS = 65_536;

export function classify(evidence: Evidence, rules: readonly Rule[] = RULES): Verdict {
  const own = beforeHeaders(evidence.text.slice(0, MAX_CHARS));
  // Inside a reason record only the error and its detail speak; host, address and time would be taken for words.
  const recorded = wordsOfRecord(own);
  const text = recorded ?? own.trim();
  const [reply, ...quoted] = findReplies(text);
  const book = bookOf(rules);
  const seen: Seen = {
    text,
    reply,
    event: evidence.event === undefined ? null : meaningOf(evidence.event),
    readings: [book.look(text, reply, false), ...quoted.map((one) => book.look(text, one, true))],
    fromExternalServer: evidence.fromExternalServer ?? null,
    holder: evidence.holder ?? (evidence.event === undefined && recorded === null ? 'sender' : 'exchange'),
  };
  return judgeSuccess(seen) ?? judgeFailure(seen);
}

/** Building a book costs milliseconds, reading it microseconds; a list of rules never changes. */
const books = new WeakMap<readonly Rule[], RuleBook>();

/** The rule that a verdict names; null when no rule decided. */
export function ruleOf({ rule }: Pick<Verdict, 'rule'>, rules: readonly Rule[]): Rule | null {
  return bookOf(rules).ruleById.get(rule) ?? null;
}

function bookOf(rules: readonly Rule[]): RuleBook {
  const known = books.get(rules);
  if (known !== undefined) return known;
  const book = openRuleBook(rules);
  books.set(rules, book);
  return book;
}

/** Where the headers of the original message begin in a pasted report: they are no evidence, and full of telling words. */
const HEADERS =
  /\n[ \t]*(?:Original message headers|(?:Received|ARC-Seal|DKIM-Signature|Authentication-Results|Return-Path|MIME-Version): )/i;

function beforeHeaders(text: string): string {
  const at = text.includes('\n') ? text.search(HEADERS) : -1;
  return at === -1 ? text : text.slice(0, at);
}

function judgeFailure(seen: Seen): Verdict {
  const { reply } = seen;
  const decisive = decisiveOf(seen.readings);
  const { rule } = decisive;
  const verdictClass = classOf(seen, rule);
  const state = stateOf(seen, verdictClass);
  return {
    class: verdictClass,
    state,
    replyCode: reply.replyCode,
    enhancedStatus: reply.enhancedStatus,
    reason: rule?.reason ?? 'unknown',
    party: partyOf(seen, decisive),
    retry: retryOf(verdictClass, rule),
    remedy: adviceFor(rule?.remedy ?? null, {
      verdictClass,
      state,
      retry: rule?.retry ?? 'later',
      holder: seen.holder,
    }),
    text: seen.text,
    rule: rule?.id ?? 'unknown',
    basis: basisOf(seen),
    mismatch: disagrees(seen),
  };
}

/** What an own rule knows; else the innermost reply that says something definite, in words or by code; else the innermost that says anything. */
function decisiveOf(readings: Seen['readings']): Reading {
  if (readings.length === 1) return readings[0];
  return (
    readings.findLast(({ rule }) => rule?.own === true) ??
    readings.findLast(({ rule }) => rule !== null && rule.generic !== true) ??
    readings.findLast(({ rule, isVague }) => rule !== null && rule.reason !== 'unknown' && !isVague) ??
    readings.findLast(({ rule }) => rule !== null && rule.reason !== 'unknown') ??
    readings.findLast(({ rule }) => rule !== null) ??
    readings[0]
  );
}

function classOf(seen: Seen, rule: Rule | null): VerdictClass {
  const { event, reply } = seen;
  if (event === 'failed' || event === 'dropped') return 'permanent';
  if (event === 'deferred') return 'transient';
  if (reply.replyCode !== null) return byDigit(Math.trunc(reply.replyCode / 100));
  if (saysExpired(seen.readings)) return 'permanent';
  if (reply.enhancedStatus !== null) return byDigit(Number(reply.enhancedStatus.charAt(0)));
  return rule?.finality ?? 'unknown';
}

/** What fixed the class; the order is that of `classOf`. */
function basisOf({ event, reply, readings }: Seen): Basis {
  if (event === 'failed' || event === 'dropped' || event === 'deferred') return 'event';
  if (reply.replyCode !== null) return 'reply';
  return reply.enhancedStatus === null || saysExpired(readings) ? 'text' : 'code';
}

function byDigit(first: number): VerdictClass {
  if (first === 4) return 'transient';
  return first === 5 ? 'permanent' : 'none';
}

function stateOf({ event, reply, readings }: Seen, verdictClass: VerdictClass): VerdictState {
  if (verdictClass === 'transient') return 'deferred';
  if (verdictClass !== 'permanent') return 'unknown';
  if (event === 'dropped') return 'blocked';
  // Only the end of the retries turns a 4xx reply into a failure.
  const gaveUp =
    event === 'failed' && reply.replyCode !== null && reply.replyCode >= 400 && reply.replyCode < 500;
  return gaveUp || readings[0].expires || saysExpired(readings) ? 'expired' : 'bounced';
}

function saysExpired(readings: Seen['readings']): boolean {
  let expired = false;
  for (const reading of readings) {
    if (reading.delays) return false;
    expired ||= reading.saysExpired;
  }
  return expired;
}

/** `service` means Microsoft; when another server spoke, its trouble is the recipient's side. */
function partyOf(seen: Seen, decisive: Reading): Party {
  const { rule } = decisive;
  if (rule === null) return 'unknown';
  if (rule.partyWhen === undefined) return rule.party;
  const speaker = speakerOf(seen, decisive);
  return (speaker === null ? undefined : rule.partyWhen[speaker]) ?? rule.party;
}

/** Null: nobody says who wrote it. */
function speakerOf(
  { readings, fromExternalServer }: Seen,
  decisive: Reading,
): 'microsoft' | 'another' | null {
  if (decisive.isMicrosofts) return 'microsoft';
  if (fromExternalServer === true) return 'another';
  if (decisive !== readings[0]) return null;
  // The outermost words are Exchange's when the trace says so; a bare code is read as Microsoft's.
  return fromExternalServer === false || decisive.isBare ? 'microsoft' : null;
}

function retryOf(verdictClass: VerdictClass, rule: Rule | null): Verdict['retry'] {
  return verdictClass === 'transient' ? 'automatic' : (rule?.retry ?? 'later');
}

/** True when event, basic code and enhanced code do not all say final, or all say not final. */
function disagrees({ event, reply }: Seen): boolean {
  let claim: VerdictClass | null = null;
  if (event === 'failed') claim = 'permanent';
  if (event === 'deferred') claim = 'transient';
  if (reply.replyCode !== null) {
    const said = byDigit(Math.trunc(reply.replyCode / 100));
    if (claim !== null && claim !== said) return true;
    claim = said;
  }
  if (reply.enhancedStatus === null || claim === null) return false;
  return claim !== byDigit(Number(reply.enhancedStatus.charAt(0)));
}
