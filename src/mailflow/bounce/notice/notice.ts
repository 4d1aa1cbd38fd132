/** What a mail about mail says. Words are a contract: scripts compare them. */
import type { MimeNote } from '../../mime/scan-mime.js';
import type { Verdict } from '../verdict.js';

export const NOTICE_KINDS = [
  /** A delivery status notification with a part for machines (RFC 3464, RFC 6533). */
  'dsn',
  /** A notice of failure or delay in prose only. */
  'bounce-text',
  /** A read receipt (RFC 8098). */
  'mdn',
  'auto-reply',
  /** A complaint or an authentication report (RFC 5965). */
  'feedback-report',
  /** Mail of a person or a program; no notice about another mail. */
  'ordinary',
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** RFC 3464, 2.3.3. */
export const DSN_ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;
export type DsnAction = (typeof DSN_ACTIONS)[number];

export interface NoticeRecipient {
  /** As the notice names it; null when it names none. Remote text. */
  readonly recipient: string | null;
  /** Null when the notice does not say it in a form for machines. */
  readonly action: DsnAction | null;
  /** The Status field (RFC 3463), as `5.1.1`. */
  readonly status: string | null;
  /** The reply of the server that refused, without its type. Remote text. */
  readonly diagnosticCode: string | null;
  readonly remoteMta: string | null;
  readonly verdict: Verdict;
}

/** Why an answer may be less than the mail holds. */
export type NoticeNote = MimeNote | 'too-many-recipients' | 'several-reports' | 'attached-report';

export interface Notice {
  readonly kind: NoticeKind;
  readonly subject: string;
  /** The server that wrote the notice, where it says so. */
  readonly reportingMta: string | null;
  /** In the order of the notice; empty when it speaks of no delivery. */
  readonly recipients: readonly NoticeRecipient[];
  /** The worst of the recipients' verdicts; of equals the first. */
  readonly verdict: Verdict;
  readonly notes: readonly NoticeNote[];
}
