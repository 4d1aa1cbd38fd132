import type { Views } from '#cli/command.js';
import type { Basis, Party, Retry, Verdict, VerdictClass } from '#mailflow/bounce/verdict.js';
import { truncate, wrap } from '#render/layout.js';
import { markdownCode, markdownText } from '#render/markdown.js';
import { safeText } from '#render/safe-text.js';
import type { Page, Style } from '#render/writer.js';

import type { ExplainRow, ExplainTotals, NoticePart } from './explain-row.js';
import { noticeLines, onlyRecipient, totalsMarkdown, totalsText } from './mail.view.js';

export const explainViews: Views<ExplainRow, ExplainTotals> = {
  columns: [
    { key: 'id', title: 'Id', value: (row) => row.id ?? null },
    { key: 'class', title: 'Class', value: (row) => verdictOf(row)?.class ?? null },
    { key: 'state', title: 'State', value: (row) => verdictOf(row)?.state ?? null },
    { key: 'reason', title: 'Reason', value: (row) => verdictOf(row)?.reason ?? null },
    { key: 'party', title: 'Side', value: (row) => verdictOf(row)?.party ?? null },
    { key: 'retry', title: 'Retry', value: (row) => verdictOf(row)?.retry ?? null },
    { key: 'replyCode', title: 'Reply', value: (row) => verdictOf(row)?.replyCode ?? null },
    { key: 'enhancedStatus', title: 'Enhanced', value: (row) => verdictOf(row)?.enhancedStatus ?? null },
    { key: 'mismatch', title: 'Mismatch', value: (row) => verdictOf(row)?.mismatch ?? null },
    { key: 'remedy', title: 'Remedy', value: (row) => verdictOf(row)?.remedy ?? null },
    { key: 'rule', title: 'Rule', value: (row) => verdictOf(row)?.rule ?? null },
    { key: 'text', title: 'Text', value: (row) => verdictOf(row)?.text ?? null },
    {
      key: 'reference',
      title: 'Reference',
      value: (row) => ('verdict' in row ? (row.reference ?? null) : null),
    },
    { key: 'kind', title: 'Kind', value: (row) => noticeOf(row)?.kind ?? null },
    { key: 'recipients', title: 'Recipients', value: (row) => noticeOf(row)?.recipients.length ?? null },
    { key: 'error', title: 'Error', value: (row) => ('error' in row ? row.error : null) },
  ],
  table: (kept, { result }, page) =>
    hasTotals(result) ? totalsText(result, kept, page) : kept.map((row) => rowText(row, page)).join('\n'),
  markdown: (kept, { result }, page) =>
    hasTotals(result)
      ? totalsMarkdown(result, kept, page)
      : kept.map((row) => rowMarkdown(row, page)).join('\n\n'),
};

/** One answer is told whole; of many, what they say together. */
function hasTotals(result: ExplainTotals | null): result is ExplainTotals {
  return result !== null && result.by.length > 0 && result.judged > 1;
}

function verdictOf(row: ExplainRow): Verdict | null {
  return 'verdict' in row ? row.verdict : null;
}

function noticeOf(row: ExplainRow): NoticePart | null {
  return 'verdict' in row ? (row.notice ?? null) : null;
}

function rowText(row: ExplainRow, page: Page): string {
  if ('error' in row) return `${safeText(String(row.id))}: not read; ${safeText(row.error)}`;
  const { verdict, notice, reference } = row;
  if (notice === undefined) return verdictText(verdict, page, reference);
  const recipient = onlyRecipient(notice);
  return [
    verdictText(verdict, page, reference),
    ...(recipient === null ? [] : [page.style.faint('for'.padEnd(LABEL_COLUMNS)) + safeText(recipient)]),
    ...noticeLines(notice, page),
  ].join('\n');
}

function rowMarkdown(row: ExplainRow, page: Page): string {
  return 'verdict' in row ? verdictMarkdown(row.verdict, row.reference) : rowText(row, page);
}

/** Where nothing failed there is no side to look for and nothing to try again. */
function whoAndWhen(verdict: Verdict): readonly (readonly [string, string])[] {
  return [
    ['side', PARTY_WORDS[verdict.party]],
    ['retry', retryText(verdict)],
  ];
}

/** For a ticket. */
export function verdictMarkdown(verdict: Verdict, reference = ''): string {
  const fields: readonly (readonly [string, string])[] = [
    ...(verdict.class === 'none' ? [] : whoAndWhen(verdict)),
    ['do', markdownText(verdict.remedy)],
    ['rule', ruleText(verdict)],
    ['see', markdownText(reference)],
    ['text', markdownCode(verdict.text)],
  ];
  const lines = fields.filter(([, text]) => text !== '').map(([label, text]) => `- ${label}: ${text}`);
  return [`**${headlineOf(verdict)}**`, '', ...lines].join('\n');
}

const LABEL_COLUMNS = 8;
const WIDEST = 80;
const MOST_LINES = 9;

/**
 * At most nine lines at 80 columns: the answer first, the evidence last. Where there is no room the retry line goes, for
 * what to do ends with whether to wait or to send again; then the reference, which JSON and Markdown always have.
 */
export function verdictText(verdict: Verdict, page: Page, reference = ''): string {
  const room = Math.max(12, Math.min(page.widthColumns, WIDEST) - LABEL_COLUMNS);
  const [side = [], retry = []] =
    verdict.class === 'none'
      ? []
      : whoAndWhen(verdict).map(([label, text]) => field(label, wrap(text, room), page));
  const head = [...headlineLines(verdict, page, room + LABEL_COLUMNS), ...side];
  const advice = field('do', wrap(safeText(verdict.remedy), room), page);
  const rule = field('rule', [truncate(ruleText(verdict), room)], page);
  const text = verdict.text === '' ? [] : field('text', shownText(verdict.text, page, room), page);
  const linesLeft = MOST_LINES - head.length - advice.length - rule.length - text.length;
  const see = reference === '' ? [] : field('see', referenceLines(reference, page), page);
  const seen = see.length <= linesLeft || !Number.isFinite(page.widthColumns) ? see : [];
  const tried = retry.length <= linesLeft - seen.length ? retry : [];
  return [...head, ...tried, ...advice, ...rule, ...seen, ...text].join('\n');
}

function headlineLines(verdict: Verdict, page: Page, width: number): string[] {
  return wrap(headlineOf(verdict), width, '  ').map((line) => page.style[TONE_BY_CLASS[verdict.class]](line));
}

function field(label: string, lines: readonly string[], page: Page): string[] {
  return lines.map(
    (line, index) =>
      (index === 0 ? page.style.faint(label.padEnd(LABEL_COLUMNS)) : ' '.repeat(LABEL_COLUMNS)) + line,
  );
}

function ruleText({ rule, basis, mismatch }: Verdict): string {
  const evidence = BASIS_WORDS[basis];
  return mismatch
    ? `${rule}; the codes disagree, the ${evidence} decided`
    : `${rule}; the ${evidence} decided`;
}

const BASIS_WORDS: Record<Basis, string> = {
  event: 'event',
  reply: 'reply code',
  code: 'enhanced code',
  text: 'text',
};

const TONE_BY_CLASS: Record<VerdictClass, keyof Style> = {
  transient: 'warn',
  permanent: 'bad',
  none: 'good',
  unknown: 'strong',
};

/** A screen has room for a line of it; a pipe, which has no width, gets all. */
function shownText(text: string, page: Page, room: number): string[] {
  const safe = safeText(text);
  return Number.isFinite(page.widthColumns) ? [truncate(safe, room)] : wrap(safe, room);
}

/** An address is of use only whole: it takes all the width that there is. */
function referenceLines(reference: string, page: Page): string[] {
  return wrap(safeText(reference), Math.max(12, page.widthColumns - LABEL_COLUMNS));
}

function headlineOf(verdict: Verdict): string {
  const word = verdict.class === 'none' ? 'NO FAILURE' : verdict.class.toUpperCase();
  return `${word}: ${sentenceOf(verdict)}`;
}

function sentenceOf(verdict: Verdict): string {
  const codes = [verdict.replyCode, verdict.enhancedStatus].filter((code) => code !== null).join(' ');
  const { state, reason } = verdict;
  const known = [...new Set<string>([state, reason])].join(', ');
  const what = state === 'unknown' && reason === 'unknown' ? 'no evidence to judge by' : known;
  return codes === '' ? what : `${what} (${codes})`;
}

export const PARTY_WORDS: Record<Party, string> = {
  service: 'service side: Microsoft, or whichever mail service wrote the reply',
  sender: 'sender side: the sending account, tenant or address',
  'sender-policy': 'sender side: a rule or limit that the sending organisation set',
  recipient: 'recipient side: the address, mailbox or tenant that receives',
  'recipient-policy': 'recipient side: a rule or filter that the receiving organisation set',
  connector: 'connector: connector, hybrid or routing set-up between two systems',
  network: 'network: DNS, TCP or TLS on the way to the next server',
  unknown: 'unknown: this text alone does not tell whose side it is',
};

function retryText({ class: verdictClass, retry }: Verdict): string {
  return verdictClass === 'unknown'
    ? 'not known: do not send again before you know what happened'
    : RETRY_WORDS[retry];
}

const RETRY_WORDS: Record<Retry, string> = {
  automatic: 'automatic: whoever holds the mail tries again by itself',
  'after-fix': 'after a fix: sending again before that fails the same way',
  later: 'later: send again after a while',
  never: 'never: sending the same again fails the same way',
};
