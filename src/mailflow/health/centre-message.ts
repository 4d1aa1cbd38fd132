import { compareServices, nameOfService } from './known-service.js';
import type { CentreMessage } from './service-issue.js';

/** Posts about mail: those filed under Exchange or its filter, and those whose title says so. */
export function isAboutMail({ services, title }: CentreMessage): boolean {
  const isFiled = services.some((service) => MAIL_SERVICES.has(nameOfService({ service }) ?? ''));
  return isFiled || MAIL_WORDS.test(title);
}

const MAIL_SERVICES: ReadonlySet<string> = new Set(['exchange', 'defender']);
const MAIL_WORDS =
  /\b(?:e-?mails?|mail|mailbox(?:es)?|mail ?flow|smtp|exchange online|exchange server|outlook)\b/i;

/** About mail first; then the newest. */
export function compareMessages(left: CentreMessage, right: CentreMessage): number {
  return (
    Number(isAboutMail(right)) - Number(isAboutMail(left)) ||
    instantOf(right) - instantOf(left) ||
    orderOf(left, right)
  );
}

function instantOf({ modifiedAt, startedAt }: CentreMessage): number {
  return (modifiedAt ?? startedAt)?.getTime() ?? 0;
}

function orderOf(left: CentreMessage, right: CentreMessage): number {
  return compareServices({ service: left.id }, { service: right.id });
}
