import { textOfHtml } from '../mime/html-text.js';
import type { StatusPageReading } from './status-page.js';

export interface StatusPageJudgement {
  /** Whether admins can reach service health; never anything about mail. */
  readonly portal: 'reachable' | 'troubled' | 'unknown';
  /** One or two sentences; remote text in it. */
  readonly says: string;
}

const REACHABLE: ReadonlySet<string> = new Set(['available', 'operational', 'servicerestored']);
const MOST_CHARACTERS = 240;

/** The page tells of the portal only: `Available` in the middle of a mail outage is usual. */
export function judgeStatusPage(reading: StatusPageReading): StatusPageJudgement {
  if (reading.kind === 'unreadable') {
    return { portal: 'unknown', says: `The public status page could not be read: ${reading.why}` };
  }
  const word = reading.status.toLowerCase().replace(/[^a-z]/g, '');
  const said = `The public status page says ${reading.status}`;
  if (REACHABLE.has(word)) {
    return {
      portal: 'reachable',
      says: `${said}: admins can reach service health. It says nothing about mail.`,
    };
  }
  if (word !== 'servicedegradation') {
    return { portal: 'unknown', says: `${said}, which tells neither of the portal nor of mail.` };
  }
  const message = textOfHtml(reading.message, MOST_CHARACTERS).replace(/\s+/g, ' ').trim();
  return {
    portal: 'troubled',
    says: `${said}: admins may not reach service health.${message === '' ? '' : ` "${message}"`} It says nothing about mail.`,
  };
}
