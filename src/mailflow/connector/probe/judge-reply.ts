/** What a reply means that ended a probe. Judged by the rules of a bounce, and then by whom it was said to: a stranger. */
import { classify, ruleOf } from '../../bounce/classify.js';
import { RULES } from '../../bounce/rules.js';
import type { Reason, Verdict } from '../../bounce/verdict.js';
import type { Remark } from './judge-tls.js';
import type { ProbePath } from './probe-path.js';
import type { PhaseName, ProbeReply } from './smtp-probe.js';

export type ReplyMeaning =
  | { readonly kind: 'remark'; readonly remark: Remark }
  /** It says something of us, or of the recipient that we named; nothing of the path. */
  | { readonly kind: 'unknown'; readonly because: UnknownBecause };

export type UnknownBecause = 'own-address' | 'admits-others' | 'probe-recipient';

export const PHASE_WORDS: Record<PhaseName, string> = {
  connect: 'the connection',
  banner: 'the greeting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  tls: 'the TLS handshake',
  'second-ehlo': 'EHLO inside TLS',
  mail: 'MAIL',
  rcpt: 'RCPT',
  quit: 'QUIT',
};

/** Lists, limits and credentials: another sender would hear something else. */
const ABOUT_SENDER: readonly Reason[] = [
  'ip-blocked',
  'sender-blocked',
  'sender-invalid',
  'sender-rate-limited',
  'auth-failed',
  'auth-client',
];
/** What a relay says to everybody whom it does not know. */
const ABOUT_STRANGERS: readonly Reason[] = [
  'relay-denied',
  'connector-restricted',
  'policy',
  'routing-error',
];
/** Certain senders only are admitted, whatever kind of host it is: by address or certificate, as Microsoft's 5.7.51 and 5.7.64 say. */
const ADMITS_OTHERS: Reason = 'connector-restricted';
/** First contact is put off, and a name is not believed; Microsoft's servers are no first contact there, and have another name. */
const ABOUT_MANNERS: readonly Verdict['rule'][] = ['greylisted', 'helo-refused'];

/** Null for a reply that is no failure. */
export function verdictOf(reply: ProbeReply): Verdict | null {
  return reply.replyCode < 400 ? null : classify({ text: reply.text });
}

export function meaningOfReply(verdict: Verdict, phase: PhaseName, path: ProbePath): ReplyMeaning {
  const isFinal = verdict.class === 'permanent';
  if (isAboutSender(verdict)) return { kind: 'unknown', because: 'own-address' };
  if (phase === 'rcpt' && isAboutRecipient(verdict)) return { kind: 'unknown', because: 'probe-recipient' };
  if (isFinal && verdict.reason === ADMITS_OTHERS && !path.confirmedByDeferrals)
    return { kind: 'unknown', because: 'admits-others' };
  if (
    path.kind === 'smart-host' &&
    !path.confirmedByDeferrals &&
    (isFinal || ABOUT_STRANGERS.includes(verdict.reason))
  )
    return { kind: 'unknown', because: 'admits-others' };
  return { kind: 'remark', remark: isFinal ? refusal(verdict, phase, path) : deferral(verdict, phase, path) };
}

/** The words of a fault in the conversation itself are the server's trouble, whomever the rule thinks of. */
function isAboutSender({ party, reason, rule }: Verdict): boolean {
  if (ABOUT_MANNERS.includes(rule)) return true;
  if (reason === 'protocol-error') return false;
  return party === 'sender' || party === 'sender-policy' || ABOUT_SENDER.includes(reason);
}

/** X.7.X is policy (RFC 3463, section 3.8): it says nothing of a mailbox. */
function isAboutRecipient({ reason, enhancedStatus }: Verdict): boolean {
  const isPolicy = enhancedStatus !== null && /^[45]\.7\./.test(enhancedStatus);
  return !isPolicy && (reason.startsWith('recipient-') || reason.startsWith('mailbox-'));
}

function deferral(verdict: Verdict, phase: PhaseName, path: ProbePath): Remark {
  const level = path.confirmedByDeferrals && path.isNeeded ? 'critical' : 'warning';
  const cause = causeOf(verdict);
  const remedy = `${cause === null ? '' : `${cause} `}Senders try again by themselves: do not resend.`;
  return { id: 'path-defers', level, evidence: evidenceOf(verdict, phase), remedy };
}

function refusal(verdict: Verdict, phase: PhaseName, path: ProbePath): Remark {
  const cause = causeOf(verdict);
  const evidence = evidenceOf(verdict, phase);
  const level = path.isNeeded ? 'critical' : 'warning';
  return { id: 'path-refuses', level, evidence, ...(cause === null ? {} : { remedy: cause }) };
}

function causeOf(verdict: Verdict): string | null {
  return ruleOf(verdict, RULES)?.remedy ?? null;
}

const SHOWN_CHARS = 300;

function evidenceOf({ text, reason, party }: Verdict, phase: PhaseName): readonly string[] {
  const point = phase === 'banner' ? 'In place of a greeting' : `To ${PHASE_WORDS[phase]}`;
  return [`${point} it says: ${shownReply(text)}`, `Reason: ${reason}; side: ${party}.`];
}

/** On one line, and not for ever. */
export function shownReply(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').slice(0, SHOWN_CHARS);
}
