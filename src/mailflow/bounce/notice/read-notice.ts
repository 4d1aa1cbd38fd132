/**
 * Reads a mail about mail: what it reports, for whom, and what that means. Parts for machines go first, prose second,
 * and the returned message is never judged. It knows no file, no mailbox and no time; it never throws, and what is no
 * notice becomes a verdict that says so.
 */
import { fieldOf, textOf } from '../../mime/header.js';
import { textOfPart } from '../../mime/part-text.js';
import type { MimeLimits, MimeMail } from '../../mime/scan-mime.js';
import { MIME_LIMITS, scanMime, scanOctets } from '../../mime/scan-mime.js';
import { decodeTransfer } from '../../mime/transfer-encoding.js';
import type { Rule } from '../rule.js';
import { RULES } from '../rules.js';
import type { Verdict, VerdictClass } from '../verdict.js';
import type { RecipientStatus, StatusReport } from './delivery-status.js';
import { parseDeliveryStatus } from './delivery-status.js';
import type { Judge } from './judge.js';
import { openJudge } from './judge.js';
import { judgeRecipient } from './judge-recipient.js';
import { noBounce } from './no-bounce.js';
import type { Notice, NoticeKind, NoticeNote, NoticeRecipient } from './notice.js';
import type { Prose } from './prose.js';
import { openProse } from './prose.js';
import { isAutoReply, isFeedbackReport, isFromServer, isNotice, isReadReceipt } from './recognise.js';
import { readSesEvent } from './ses-event.js';
import type { Statements } from './statement.js';
import { inTurns } from './statement.js';
import type { Outcome } from './wording.js';
import { outcomeIn, ownSubject } from './wording.js';

export interface NoticeOptions {
  readonly limits?: MimeLimits;
  readonly rules?: readonly Rule[];
}

/** A mail as bytes; text is read as UTF-8. */
export function readNotice(mail: Uint8Array | string, options: NoticeOptions = {}): Notice {
  const bytes = typeof mail === 'string' ? new TextEncoder().encode(mail) : mail;
  const scanned = scanMime(bytes, options.limits ?? MIME_LIMITS);
  return judgeMail(scanned, options.rules ?? RULES);
}

/** What was found, before it is judged. */
interface Reading {
  readonly mail: MimeMail;
  readonly subject: string;
  readonly prose: Prose;
  readonly rules: readonly Rule[];
  readonly judge: Judge;
}

function judgeMail(mail: MimeMail, rules: readonly Rule[]): Notice {
  const reading = readingOf(mail, rules);
  const notice = judgeOwn(reading);
  return saysLittle(notice) && isPassedOn(reading) ? (judgeAttached(reading) ?? notice) : notice;
}

/** What a mail server attaches to its own notice is the message that it returns, and that may be a report that somebody forged. */
function isPassedOn({ mail }: Reading): boolean {
  return !isFromServer(mail.header);
}

/** Prose without a code may be a cover letter; the report itself is attached then. */
function saysLittle({ kind, verdict }: Notice): boolean {
  if (kind === 'ordinary') return true;
  return kind === 'bounce-text' && verdict.replyCode === null && verdict.enhancedStatus === null;
}

function readingOf(mail: MimeMail, rules: readonly Rule[]): Reading {
  return {
    mail,
    subject: textOf(mail.header, 'subject'),
    prose: openProse(mail),
    rules,
    judge: openJudge(rules),
  };
}

function judgeOwn(reading: Reading): Notice {
  const { mail, subject, prose } = reading;
  if (isFeedbackReport(mail, subject)) return harmless(reading, 'feedback-report');
  const reports = reportsOf(mail);
  const [report] = reports;
  if (report !== undefined) return judgeReport(reading, report, reports.length);
  if (isReadReceipt(mail)) return harmless(reading, 'mdn');
  const event = readSesEvent(prose.text());
  if (event?.kind === 'complaint') return harmless(reading, 'feedback-report');
  if (event !== null) return judgeReport(reading, { ...event, isCut: false }, 1);
  const inProse = parseDeliveryStatus(prose.lines().join('\n'));
  if (inProse !== null && inProse.recipients.length > 0) return judgeReport(reading, inProse, 1);
  if (isAutoReply(mail, subject)) return harmless(reading, 'auto-reply');
  return isNotice(mail, subject, prose)
    ? judgeProse(reading, 'bounce-text', null)
    : harmless(reading, 'ordinary');
}

/** A report that a gateway or a person passed on as an attachment. Only a report for machines counts there, one level deep. */
function judgeAttached({ mail, rules }: Reading): Notice | null {
  const attached = mail.leaves.find(({ contentType }) => contentType.type === 'message/rfc822');
  if (attached === undefined) return null;
  const encoding = fieldOf(attached.header, 'content-transfer-encoding') ?? '';
  const inner = scanOctets(decodeTransfer(attached.body, encoding, attached.body.length));
  const [report] = reportsOf(inner);
  if (report === undefined || report.recipients.length === 0) return null;
  const notice = judgeReport(readingOf(inner, rules), report, 1);
  return { ...notice, notes: [...notice.notes, 'attached-report'] };
}

/** A status part is small; what is longer than this is not read. */
const LONGEST_REPORT = 262_144;

/** Some programs write another subtype; the word stays. */
function reportsOf(mail: MimeMail): StatusReport[] {
  return mail.leaves
    .filter(({ contentType }) => /^(?:message|text)\/[\w-]{0,20}delivery-status$/.test(contentType.type))
    .slice(0, MOST_REPORTS)
    .map((part) => parseDeliveryStatus(textOfPart(part, LONGEST_REPORT)))
    .filter((report) => report !== null);
}

const MOST_REPORTS = 4;

function judgeReport(reading: Reading, report: StatusReport, count: number): Notice {
  if (report.recipients.length === 0) return judgeProse(reading, 'dsn', report.reportingMta);
  const recipients = report.recipients.map((status) => judgedRecipient(status, reading, report.reportingMta));
  const notes: NoticeNote[] = [
    ...(report.isCut ? (['too-many-recipients'] as const) : []),
    ...(count > 1 ? (['several-reports'] as const) : []),
  ];
  return noticeOf(reading, 'dsn', report.reportingMta, recipients, notes);
}

function judgedRecipient(
  status: RecipientStatus,
  { prose, judge }: Reading,
  reportingMta: string | null,
): NoticeRecipient {
  const { recipient, action, diagnosticCode, remoteMta, saysExpired } = status;
  const isRemote = remoteMta !== null && remoteMta !== reportingMta;
  const texts = [diagnosticCode ?? '', status.statusComment];
  const more = (): readonly string[] => [
    ...inTurns(saidOf(status, prose.statements())),
    ...prose.restInTurns(),
  ];
  const known = action ?? (status.willRetry ? 'delayed' : null);
  const evidence = { action: known, saysExpired, status: status.status, texts, more, isRemote };
  const verdict = judgeRecipient(evidence, judge);
  return { recipient, action, status: status.status, diagnosticCode, remoteMta, verdict };
}

/** What the prose says about this recipient, or about the only one that it names. */
function saidOf({ recipient }: RecipientStatus, { statements, textByRecipient }: Statements): string {
  const exact = textByRecipient.get(recipient?.toLowerCase() ?? '');
  const [only] = statements.length === 1 ? statements : [];
  return exact ?? only?.text ?? '';
}

/** A notice in prose: its words about each recipient, then whatever else it says. */
function judgeProse(reading: Reading, kind: NoticeKind, reportingMta: string | null): Notice {
  const { mail, prose } = reading;
  const subject = ownSubject(reading.subject);
  const { statements } = prose.statements();
  const outcome = outcomeIn(`${subject}\n${prose.lines().join('\n')}`);
  const named = fieldOf(mail.header, 'x-failed-recipients')?.split(',')[0]?.trim() ?? null;
  const said = statements.length > 0 ? statements : [{ recipient: named, text: '' }];
  const recipients = said.map((statement) => judgeStatement(statement, subject, outcome, reading));
  return noticeOf(reading, kind, reportingMta, recipients, []);
}

function judgeStatement(
  { recipient, text }: { readonly recipient: string | null; readonly text: string },
  subject: string,
  outcome: Outcome | null,
  { judge, prose }: Reading,
): NoticeRecipient {
  const evidence = {
    saysExpired: outcome === 'expired',
    status: null,
    texts: inTurns(text),
    more: () => [...prose.restInTurns(), ...inTurns(subject)],
    isRemote: false,
  };
  const action = actionOf(outcome);
  const byCode = judgeRecipient({ ...evidence, action }, judge);
  // What comes back without a code and without a word about further tries has failed.
  const isSilent = byCode.replyCode === null && byCode.enhancedStatus === null;
  const verdict = isSilent ? judgeRecipient({ ...evidence, action: action ?? 'failed' }, judge) : byCode;
  return { recipient, action: null, status: null, diagnosticCode: null, remoteMta: null, verdict };
}

function actionOf(outcome: Outcome | null): 'delayed' | 'failed' | null {
  if (outcome === null) return null;
  return outcome === 'delayed' ? 'delayed' : 'failed';
}

function noticeOf(
  { mail, subject }: Reading,
  kind: NoticeKind,
  reportingMta: string | null,
  recipients: readonly NoticeRecipient[],
  notes: readonly NoticeNote[],
): Notice {
  const verdict = worstOf(recipients.map((one) => one.verdict)) ?? noBounce('not-bounce', subject);
  return { kind, subject, reportingMta, recipients, verdict, notes: [...mail.notes, ...notes] };
}

const BADNESS: Record<VerdictClass, number> = { permanent: 3, transient: 2, unknown: 1, none: 0 };

function worstOf(verdicts: readonly Verdict[]): Verdict | null {
  const [first = null, ...rest] = verdicts;
  if (first === null) return null;
  return rest.reduce((worst, next) => (BADNESS[next.class] > BADNESS[worst.class] ? next : worst), first);
}

const REASON_BY_KIND = {
  'feedback-report': 'feedback-loop',
  'auto-reply': 'auto-reply',
  mdn: 'not-bounce',
  ordinary: 'not-bounce',
} as const;

function harmless({ mail, subject }: Reading, kind: keyof typeof REASON_BY_KIND): Notice {
  const verdict = noBounce(REASON_BY_KIND[kind], subject);
  return { kind, subject, reportingMta: null, recipients: [], verdict, notes: mail.notes };
}
