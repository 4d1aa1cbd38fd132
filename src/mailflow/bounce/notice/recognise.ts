/** What kind of mail it is, told by its structure and its header; by its prose only where these are silent. */
import type { Header } from '../../mime/header.js';
import { fieldOf, fieldsOf, textOf } from '../../mime/header.js';
import type { MimeMail } from '../../mime/scan-mime.js';
import type { Prose } from './prose.js';
import { isAutoReplySubject, isFailureProse, isFailureSubject } from './wording.js';

/** RFC 5965; and the older form of the Outlook.com programme, which attaches the message and says so in the subject. */
export function isFeedbackReport(mail: MimeMail, subject: string): boolean {
  if (reportTypeOf(mail) === 'feedback-report') return true;
  if (hasLeaf(mail, 'message/feedback-report')) return true;
  return /^\s*complaint about message from /i.test(subject) && hasLeaf(mail, 'message/rfc822');
}

/** RFC 8098. */
export function isReadReceipt(mail: MimeMail): boolean {
  return (
    reportTypeOf(mail) === 'disposition-notification' ||
    mail.leaves.some(({ contentType }) =>
      /^message\/(?:global-)?disposition-notification$/.test(contentType.type),
    )
  );
}

/** RFC 3834, and the fields that programs used before it. Servers mark their notices so too; those are not answers. */
export function isAutoReply(mail: MimeMail, subject: string): boolean {
  const { header } = mail;
  if (isAutoReplySubject(subject)) return true;
  if (isFromServer(header) || isFailureSubject(subject) || fieldOf(header, 'x-failed-recipients') !== null)
    return false;
  const submitted = (fieldOf(header, 'auto-submitted') ?? '').toLowerCase();
  return (
    submitted.startsWith('auto-replied') ||
    AUTO_REPLY_FIELDS.some((name) => fieldOf(header, name) !== null) ||
    (fieldOf(header, 'precedence') ?? '').toLowerCase() === 'auto_reply'
  );
}

const AUTO_REPLY_FIELDS = ['x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-mail-autoreply'];

/** A notice about mail that did not arrive, without a part for machines. */
export function isNotice(mail: MimeMail, subject: string, prose: Prose): boolean {
  const { header } = mail;
  if (reportTypeOf(mail) === 'delivery-status') return true;
  if (fieldOf(header, 'x-failed-recipients') !== null) return true;
  if (isFailureSubject(subject)) return isFromServer(header) || tellsOfFailure(prose);
  if (isFromDaemon(header)) return true;
  const isFromProgram =
    isFromServer(header) ||
    isFromListManager(header) ||
    isAutomatic(header) ||
    hasLeaf(mail, 'message/rfc822') ||
    hasLeaf(mail, 'text/rfc822-headers');
  return isFromProgram && tellsOfFailure(prose);
}

function tellsOfFailure(prose: Prose): boolean {
  return isFailureProse(prose.lines().join('\n'));
}

function isAutomatic(header: Header): boolean {
  return (
    (fieldOf(header, 'auto-submitted') ?? 'no').toLowerCase() !== 'no' ||
    fieldsOf(header, 'return-path').some((path) => path.replace(/\s/g, '') === '<>') ||
    fieldOf(header, 'from') === null
  );
}

/** By its name only, which a forger may use too: good for trusting less, never for trusting more. */
export function isFromServer(header: Header): boolean {
  return isFromDaemon(header) || /\bpostmaster\b|\bsystem administrator\b|^\s*<>\s*$/i.test(senderOf(header));
}

function isFromDaemon(header: Header): boolean {
  return /mailer[-_ ]?daemon|mail[ ._]?delivery[ ._](?:sub)?system|microsoftexchange329e/i.test(
    senderOf(header),
  );
}

/** Lists refuse mail of strangers in their own name. */
function isFromListManager(header: Header): boolean {
  return /\b(?:owner|listserv|majordomo|mailman|sympa)\b|-(?:admin|owner|bounces|request)@/i.test(
    senderOf(header),
  );
}

function senderOf(header: Header): string {
  return textOf(header, 'from').slice(0, 1000);
}

function reportTypeOf({ contentType }: MimeMail): string | null {
  if (contentType.type !== 'multipart/report') return null;
  return contentType.parameters.get('report-type')?.toLowerCase() ?? null;
}

function hasLeaf(mail: MimeMail, type: string): boolean {
  return mail.leaves.some(({ contentType }) => contentType.type === type);
}
