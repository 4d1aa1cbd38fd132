/**
 * The judge. Reads one piece of evidence and says what it means: whether it is final, why it happened and whose side it
 * is on. It never throws and never guesses: without evidence the answer is `unknown`. It knows nothing of where the text
 * came from, of time, or of other deliveries.
 *
 * Order of evidence: event, basic reply code, enhanced code, text. The outermost reply gives the class, the innermost
 * quoted one that says something gives reason and party.
 */
import { parseReasonRecord } from '../smtp/reason-record.js';
import { parseReply } from '../smtp/reply.js';
import { meaningOf } from './event-word.js';
import { adviceFor } from './remedy.js';
import type { Rule } from './rule.js';
import { openRuleBook, type RuleBook } from './rule-book.js';
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
}

const MAX_CHARS = 65_536;

export function classify(evidence: Evidence, rules: readonly Rule[] = RULES): Verdict {
  const text = saidIn(evidence.text.slice(0, MAX_CHARS));
  const reply = parseReply(text);
  const matches = [reply, ...reply.quoted].map((one) => bookOf(rules).look(one));
  const seen: Seen = {
    text,
    reply,
    event: evidence.event === undefined ? null : meaningOf(evidence.event),
    matches,
    fromExternalServer: evidence.fromExternalServer ?? null,
  };
  return judgeSuccess(seen) ?? judgeFailure(seen);
}

/** Building a book costs milliseconds, reading it microseconds; a list of rules never changes. */
const books = new WeakMap<readonly Rule[], RuleBook>();

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

/** Inside a reason record only the error and its detail speak; host, address and time would be taken for words. */
function saidIn(text: string): string {
  const record = parseReasonRecord(text);
  if (record === null) return beforeHeaders(text).trim();
  return [record.lastError, record.detail].join(' ').trim();
}

function beforeHeaders(text: string): string {
  const at = text.search(HEADERS);
  return at === -1 ? text : text.slice(0, at);
}

function judgeFailure(seen: Seen): Verdict {
  const { reply } = seen;
  const rule = causeOf(seen.matches);
  const { verdictClass, basis } = finalityOf(seen, rule);
  const state = stateOf(seen, verdictClass);
  const party = partyOf(seen, rule);
  return {
    class: verdictClass,
    state,
    replyCode: reply.replyCode,
    enhancedStatus: reply.enhancedStatus,
    reason: rule?.reason ?? 'unknown',
    party,
    retry: retryOf(verdictClass, rule),
    remedy: adviceFor(rule?.remedy ?? null, verdictClass, state, rule?.retry ?? 'later'),
    text: seen.text,
    rule: rule?.id ?? 'unknown',
    basis,
    mismatch: disagrees(seen),
  };
}

/** The innermost reply that says something definite; else the innermost that says anything. */
function causeOf(matches: Seen['matches']): Rule | null {
  const inwardOut = matches.toReversed().flatMap((ofReply) => ofReply.slice(0, 1));
  const best =
    inwardOut.find(({ specific }) => specific) ??
    inwardOut.find(({ rule }) => rule.reason !== 'unknown') ??
    inwardOut[0];
  return best?.rule ?? null;
}

function finalityOf(seen: Seen, rule: Rule | null): { verdictClass: VerdictClass; basis: Basis } {
  const { event, reply, matches } = seen;
  if (event === 'failed' || event === 'dropped') return { verdictClass: 'permanent', basis: 'event' };
  if (event === 'deferred') return { verdictClass: 'transient', basis: 'event' };
  if (reply.replyCode !== null) return { verdictClass: byDigit(String(reply.replyCode)), basis: 'reply' };
  if (saysExpired(matches)) return { verdictClass: 'permanent', basis: 'text' };
  if (reply.enhancedStatus !== null) return { verdictClass: byDigit(reply.enhancedStatus), basis: 'code' };
  return { verdictClass: rule?.finality ?? 'unknown', basis: 'text' };
}

function byDigit(code: string): VerdictClass {
  if (code.startsWith('4')) return 'transient';
  return code.startsWith('5') ? 'permanent' : 'none';
}

function stateOf({ event, reply, matches }: Seen, verdictClass: VerdictClass): VerdictState {
  if (verdictClass === 'transient') return 'deferred';
  if (verdictClass !== 'permanent') return 'unknown';
  if (event === 'dropped') return 'blocked';
  // Only the end of the retries turns a 4xx reply into a failure.
  const gaveUp =
    event === 'failed' && reply.replyCode !== null && byDigit(String(reply.replyCode)) === 'transient';
  const [outermost = []] = matches;
  return gaveUp || outermost.some(({ rule }) => rule.expires) || saysExpired(matches) ? 'expired' : 'bounced';
}

function saysExpired(matches: Seen['matches']): boolean {
  const rules = matches.flat().map(({ rule }) => rule);
  return (
    rules.some((rule) => rule.expires && rule.finality === 'permanent') && !rules.some((rule) => rule.delays)
  );
}

/** `service` means Microsoft; when another server spoke, its trouble is the recipient's side. */
function partyOf(seen: Seen, rule: Rule | null): Party {
  if (rule === null) return 'unknown';
  const anothers = seen.fromExternalServer === true && !/outlook\.com/i.test(seen.text);
  return rule.party === 'service' && anothers ? 'recipient' : rule.party;
}

function retryOf(verdictClass: VerdictClass, rule: Rule | null): Verdict['retry'] {
  return verdictClass === 'transient' ? 'automatic' : (rule?.retry ?? 'later');
}

/** True when event, basic code and enhanced code do not all say final, or all say not final. */
function disagrees({ event, reply }: Seen): boolean {
  const claims = new Set<VerdictClass>();
  if (event === 'failed') claims.add('permanent');
  if (event === 'deferred') claims.add('transient');
  if (reply.replyCode !== null) claims.add(byDigit(String(reply.replyCode)));
  if (reply.enhancedStatus !== null) claims.add(byDigit(reply.enhancedStatus));
  return claims.size > 1;
}
