/**
 * One verdict from all that a notice says about one recipient. The Action decides whether it is final, then the Status,
 * then the reply (RFC 3464, 2.3); the cause comes from whichever of the texts knows most.
 */
import type { QuotedReplies } from '../../smtp/reply.js';
import { adviceFor, type Holder } from '../remedy.js';
import type { Rule } from '../rule.js';
import type { Reason, Verdict, VerdictClass, VerdictState } from '../verdict.js';
import type { Judge } from './judge.js';
import type { DsnAction } from './notice.js';

export interface RecipientEvidence {
  readonly action: DsnAction | null;
  /** The notice says, in a field or in prose, that the retries ran out. */
  readonly saysExpired: boolean;
  readonly status: string | null;
  /** Texts, the one closest to the refusing server first. None is from the returned message. */
  readonly texts: readonly string[];
  /** Further texts, asked for when these do not say all. */
  readonly more: () => readonly string[];
  /** The refusal came from another server than the one that wrote the notice. */
  readonly isRemote: boolean;
}

/** Of a message whose delay is reported. */
const HOLDER: Holder = 'reporter';

/** The trace's word for each action. */
const EVENT_BY_ACTION: Record<DsnAction, string> = {
  failed: 'fail',
  delayed: 'defer',
  delivered: 'deliver',
  relayed: 'send',
  expanded: 'expand',
};

export function judgeRecipient(evidence: RecipientEvidence, by: Judge): Verdict {
  const action = evidence.action ?? actionOfStatus(evidence);
  const context = {
    ...(action === null ? {} : { event: EVENT_BY_ACTION[action] }),
    ...(evidence.isRemote ? { fromExternalServer: true } : {}),
    holder: HOLDER,
  };
  const judge = (text: string): Verdict => by.judge({ text, ...context });
  const { status } = evidence;
  const near = evidence.texts.filter(isFilled);
  const texts = near.length > 0 ? near : evidence.more().filter(isFilled);
  const [first = ''] = texts;
  const own = judge(by.completed(first, status));
  if (own.class === 'none') return { ...own, enhancedStatus: status ?? own.enhancedStatus };
  if (saysAll(own, status, by)) return settle({ own, others: [], first, action }, evidence, { by, judge });
  const further = near.length > 0 ? evidence.more().filter(isFilled) : [];
  const codeAlone = first === '' || status === null ? [] : [status];
  const words = [
    ...(evidence.saysExpired ? [EXPIRED_WORDS] : []),
    ...(action === 'delayed' ? [DELAYED_WORDS] : []),
  ];
  const others = [...texts.slice(1), ...further, ...codeAlone, ...words]
    .map(judge)
    .filter((verdict) => verdict.class !== 'none');
  return settle({ own, others, first, action }, evidence, { by, judge });
}

function isFilled(text: string): boolean {
  return text !== '';
}

/** A cause and a code: what further texts say would change nothing. */
function saysAll(own: Verdict, status: string | null, by: Judge): boolean {
  const code = status ?? own.enhancedStatus;
  const hasCode = code === null ? own.replyCode !== null : !code.endsWith('.0.0');
  return hasCode && own.class !== 'unknown' && weightOf(causeIn(own, by)) === MOST_WEIGHT;
}

/** The words of the rules for what a notice says in words or languages of its own. */
const EXPIRED_WORDS = 'message expired';
const DELAYED_WORDS = 'message delayed';

/** That the other side was not reached is the usual way to run out of time; rule and advice go on to tell it. */
const UNREACHED: ReadonlySet<Reason> = new Set(['connection-failed', 'routing-error']);

interface Judged {
  /** From the text closest to the refusing server. */
  readonly own: Verdict;
  readonly others: readonly Verdict[];
  readonly first: string;
  readonly action: DsnAction | null;
}

interface Bench {
  readonly by: Judge;
  /** In the context of this recipient. */
  readonly judge: (text: string) => Verdict;
}

/** Puts the parts together: finality of the notice, cause of the text that knows most, code of the report. */
function settle(judged: Judged, evidence: RecipientEvidence, { by, judge }: Bench): Verdict {
  const { own, others, first, action } = judged;
  const { rule, cause } = bestCause([own, ...others], by);
  const { verdictClass, state } = finalityOf(judged, cause, evidence);
  // A code that stands for the end of the retries: the advice for what has ended is none for what goes on.
  const goesOn = action === 'delayed' && cause.reason === 'expired';
  const advised = goesOn ? causeIn(judge(DELAYED_WORDS), by) : { rule, cause };
  const retry = advised.rule?.retry ?? 'later';
  const { status } = evidence;
  return {
    ...cause,
    class: verdictClass,
    state,
    reason: state === 'expired' && UNREACHED.has(cause.reason) ? 'expired' : cause.reason,
    replyCode: own.replyCode ?? cause.replyCode,
    enhancedStatus: mostTelling([
      status,
      own.enhancedStatus,
      ...quotedCodes(by.repliesIn(first)),
      ...others.map(codeOf),
    ]),
    retry: verdictClass === 'transient' ? 'automatic' : retry,
    remedy: adviceFor(advised.rule?.remedy ?? null, { verdictClass, state, retry, holder: HOLDER }),
    rule: advised.cause.rule,
    text: first === '' ? (status ?? '') : first,
    basis: action === null ? own.basis : 'event',
    mismatch: own.mismatch || (status !== null && isFinal(verdictClass) !== status.startsWith('5')),
  };
}

/** A report without Action, which RFC 3464 demands, is read by its Status. */
function actionOfStatus({ status, saysExpired }: RecipientEvidence): DsnAction | null {
  if (saysExpired || status?.startsWith('5') === true) return 'failed';
  return status?.startsWith('2') === true ? 'delivered' : null;
}

function isFinal(verdictClass: VerdictClass): boolean {
  return verdictClass === 'permanent';
}

function finalityOf(
  { own, others, action }: Judged,
  cause: Verdict,
  evidence: RecipientEvidence,
): { readonly verdictClass: VerdictClass; readonly state: VerdictState } {
  const decided = [own, cause, ...others].find((verdict) => verdict.class !== 'unknown') ?? own;
  if (action === 'delayed') return { verdictClass: 'transient', state: 'deferred' };
  if (action === null && decided.class !== 'permanent')
    return { verdictClass: decided.class, state: decided.state };
  return { verdictClass: 'permanent', state: ranOut(own, cause, evidence) ? 'expired' : 'bounced' };
}

/** Only the end of the retries turns what is transient into a failure. A 5xx reply needs no retries. */
function ranOut(own: Verdict, cause: Verdict, { status, saysExpired }: RecipientEvidence): boolean {
  if (own.state === 'expired' || cause.state === 'expired') return true;
  const code = status ?? (own.replyCode === null ? own.enhancedStatus : String(own.replyCode));
  if (code !== null) return code.startsWith('4');
  // Nobody refused: who cannot be reached is tried until the time is up.
  return saysExpired || cause.reason === 'connection-failed';
}

interface Cause {
  /** Null when no rule fits. */
  readonly rule: Rule | null;
  readonly cause: Verdict;
}

/** The first that names a cause; that the time ran out is half a cause, and a broad code is less. */
function bestCause(verdicts: readonly [Verdict, ...Verdict[]], by: Judge): Cause {
  const causes = verdicts.map((cause) => causeIn(cause, by));
  const [first = { cause: verdicts[0], rule: null }, ...rest] = causes;
  return rest.reduce((best, next) => (weightOf(next) > weightOf(best) ? next : best), first);
}

function weightOf({ rule, cause }: Cause): number {
  if (rule === null) return 0;
  if (cause.reason === 'unknown') return 1;
  if (cause.reason === 'expired') return 3;
  return rule.generic === true ? 2 : MOST_WEIGHT;
}

const MOST_WEIGHT = 4;

function causeIn(cause: Verdict, by: Judge): Cause {
  return { cause, rule: by.ruleOf(cause) };
}

/** `x.0.0` says nothing; then the first code that says most stands for all. */
function mostTelling(codes: readonly (string | null)[]): string | null {
  const known = codes.filter((code) => code !== null);
  const [status = null] = known;
  if (status === null || !status.endsWith('.0.0')) return status;
  return known.find((code) => !code.endsWith('.0')) ?? known.find((code) => !code.endsWith('.0.0')) ?? status;
}

function quotedCodes([, ...quoted]: QuotedReplies): (string | null)[] {
  return quoted.map(({ enhancedStatus }) => enhancedStatus);
}

function codeOf({ enhancedStatus }: Verdict): string | null {
  return enhancedStatus;
}
