/**
 * The public status page: whether administrators can reach their portal, and nothing about mail. Not documented by
 * anybody; paths and keys as monitors have seen them. A path that there is not answers 200 with the page's shell.
 */
import type { PageNotice } from '../announcement/announcement.js';
import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';
import type { Quirks } from '../quirks.js';

interface PageRules {
  /** Oldest first. */
  readonly notices: readonly PageNotice[];
  readonly quirks: Pick<Quirks, 'statusPage' | 'statusPageWords'>;
}

interface PageRequest {
  readonly path: string;
  readonly now: Date;
}

/** What is told of one page of administrators. */
interface Entry {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly message: string;
  /** Null is written as the year 1. */
  readonly authoredAt: Date | null;
}

const TEN_MINUTES_MS = 600_000;
const NO_DATE = '0001-01-01T00:00:00+00:00';

export function statusPageAnswer({ path, now }: PageRequest, { notices, quirks }: PageRules): Answer {
  if (quirks.statusPage === 'html') return shell();
  if (path === '/robots.txt') return { status: 401, headers: {}, body: '', note: 'no robots' };
  const [, area, leaf] = /^\/api\/(posts|feed)\/([^/]+)$/u.exec(path) ?? [];
  if (area === undefined || leaf === undefined) return shell();
  const entry = entryOf(leaf, notices, now);
  if (area === 'feed')
    return entry === null || leaf === 'azure' ? badRequest(leaf) : feed(entry, quirks, now);
  if (leaf === 'm365Consumer') return jsonAnswer(200, consumerEntries(quirks, now), 'consumer services');
  return entry === null ? badRequest(leaf) : jsonAnswer(200, written(entry, quirks, now), entry.status);
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['mac', 'Microsoft Admin Center'],
  ['ppac', 'Power Platform Admin Center'],
  ['azure', 'Azure Portal'],
]);

/** Only the admin center has notices of its own. */
function entryOf(leaf: string, notices: readonly PageNotice[], now: Date): Entry | null {
  const title = TITLES.get(leaf);
  if (title === undefined) return null;
  const notice = leaf === 'mac' ? notices.findLast(({ at }) => at <= now) : undefined;
  if (notice === undefined) return available(leaf, title);
  const { status, message, at } = notice;
  return { id: leaf, title, status, message, authoredAt: at };
}

function available(id: string, title: string): Entry {
  const message = `<p>${title} can be reached.</p>`;
  return { id, title, status: 'Available', message, authoredAt: null };
}

function written(entry: Entry, quirks: PageRules['quirks'], now: Date): object {
  const internal = new Date(Math.floor(now.getTime() / TEN_MINUTES_MS) * TEN_MINUTES_MS);
  return {
    Id: entry.id,
    AuthoredDateTime: entry.authoredAt === null ? NO_DATE : offsetTime(entry.authoredAt),
    InternalDateTime: offsetTime(internal),
    // The clock of the request: no mark of a change.
    LastUpdatedTime: offsetTime(now),
    Title: entry.title,
    Message: entry.message,
    Status: worded(entry.status, quirks),
  };
}

const CONSUMER_SERVICES = [
  ...[
    'Outlook.com',
    'OneDrive',
    'Teams',
    'Word',
    'Excel',
    'PowerPoint',
    'OneNote',
    'To Do',
    'Skype',
    'Office',
  ],
] as const;

function consumerEntries(quirks: PageRules['quirks'], now: Date): readonly object[] {
  return CONSUMER_SERVICES.map((name) => {
    const entry = { ...available(name.toLowerCase(), name), status: 'Operational' };
    return { ...written(entry, quirks, now), ServiceDisplayName: name, ServiceWorkloadName: entry.id };
  });
}

/** `ServiceDegradation`, or `Service degradation` as it was seen, too. */
function worded(status: string, { statusPageWords }: PageRules['quirks']): string {
  if (statusPageWords === 'pascal') return status;
  return status.replaceAll(/(?!^)[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

/** One item, with an element that is no part of RSS, and a date whose zone is none of RFC 822. */
function feed(entry: Entry, quirks: PageRules['quirks'], now: Date): Answer {
  const date = `${now.toUTCString().replace(/ GMT$/u, '')} Z`;
  const text = entry.message.replaceAll('<', '&lt;');
  const body =
    `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>${entry.title}</title><item>` +
    `<title>${entry.title}</title><description>${text}</description><status>${worded(entry.status, quirks)}</status>` +
    `<pubDate>${date}</pubDate></item></channel></rss>`;
  return {
    status: 200,
    headers: { 'content-type': 'application/rss+xml; charset=utf-8' },
    body,
    note: 'feed',
  };
}

function badRequest(leaf: string): Answer {
  return { status: 400, headers: {}, body: '', note: `no page of ${leaf}` };
}

function shell(): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!DOCTYPE html><html><head><title>Service status</title></head><body><div id="root"></div></body></html>',
    note: 'the shell of the page',
  };
}

function offsetTime(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}+00:00`;
}
