import type { Views } from '#cli/command.js';
import type { Finding, FindingLevel } from '#mailflow/finding.js';
import type { DomainAges } from '#mailflow/queue/domain-ages.js';
import type { AgeBucket } from '#mailflow/queue/held-tally.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { counted, formatAge, formatCount, formatCountInterval, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { OutcomeLevel, Style, Tail } from '#render/writer.js';

import { DELIVERY_COLUMNS } from '../trace/delivery-columns.js';
import { gapLines } from '../trace/gap-lines.js';
import { bucketName } from './bucket-name.js';
import type { QueueAnswer } from './queue-answer.js';
import { knownReasons } from './queue-answer.js';

export const queueViews: Views<Delivery, QueueAnswer> = {
  columns: DELIVERY_COLUMNS,
  // The oldest is the first to be lost.
  rank: (row) => -row.receivedAt.getTime(),
  table: (kept, tail, page) => queueText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => queueText(kept, tail, markdownSheet(page)),
};

function queueText(kept: readonly Delivery[], tail: Tail<QueueAnswer>, sheet: Sheet): string {
  const answer = tail.result;
  if (answer === null) return '';
  const blocks = [
    [headline(answer, tail, sheet), ...factLines(answer, sheet)].join('\n'),
    findingLines(tail.findings, sheet),
    domainBlock(answer, sheet),
    oldestBlock(kept, answer.survey, sheet),
    gapLines(tail, sheet).join('\n'),
    adviceText(answer.survey, sheet),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const TONES: Readonly<Record<OutcomeLevel, keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  critical: 'bad',
  unknown: 'strong',
  refused: 'strong',
};

function headline({ survey, tally }: QueueAnswer, { outcome }: Tail<unknown>, sheet: Sheet): string {
  const { held, oldestHeld } = survey;
  const word = sheet.heading(TONES[outcome.level], outcome.level.toUpperCase());
  if (oldestHeld === null) {
    const nothing = survey.isListedWhole
      ? 'nothing is held in this window.'
      : 'no held mail was found in the part of the window that could be searched.';
    return sheet.prose(`${word}: ${nothing}`);
  }
  const age = formatAge((tally.asOf.getTime() - oldestHeld.receivedAt.getTime()) / 1000);
  return sheet.prose(
    `${word}: ${counted(held, 'delivery is', 'deliveries are')} held (4.x), the oldest for ${age}.`,
  );
}

function factLines(answer: QueueAnswer, sheet: Sheet): readonly string[] {
  const { survey } = answer;
  if (survey.held === 0) return [];
  return [expiryText(survey, sheet), reasonText(answer)].map(sheet.prose);
}

/** The tenant's own limit is not known here, and what is assumed for it is said. */
function expiryText({ expiringWithin4h, pastExpiry, oldestHeld }: Survey, { page }: Sheet): string {
  const near =
    expiringWithin4h === 0
      ? `None expires within ${EXPIRY_NEAR_HOURS} h`
      : `${counted(expiringWithin4h, 'expires', 'expire')} within ${EXPIRY_NEAR_HOURS} h`;
  const past =
    pastExpiry === 0
      ? ''
      : `; ${counted(pastExpiry, 'is', 'are')} past it: stale statuses of the trace, or mail that waits for a person`;
  const expiresAt = oldestHeld?.expiresAt ?? null;
  const first =
    pastExpiry > 0 || expiresAt === null
      ? ''
      : `; the oldest expires ${formatInstant(expiresAt, page.timeZone)}`;
  const basis = oldestHeld?.expiresAtBasis === 'assumed-24h' ? ' (24 h after receipt, assumed)' : '';
  return `${near}${first}${past}${basis}.`;
}

function reasonText(answer: QueueAnswer): string {
  const { examined, known } = knownReasons(answer);
  if (examined === 0) return 'Why they wait was not read.';
  const innocent = answer.survey.heldInnocent;
  const waiting =
    innocent === null || innocent.estimate === 0
      ? ''
      : ` About ${formatCount(innocent.estimate)} (${formatCountInterval(innocent.low, innocent.high)}) of all wait by intent: a rule, a moderator, a greylist.`;
  return `Of ${formatCount(examined)} that were read, ${formatCount(known)} tell a 4.x reason.${waiting}`;
}

const FINDING_TONES: Readonly<Record<FindingLevel, keyof Style>> = {
  info: 'faint',
  warning: 'warn',
  critical: 'bad',
};

function findingLines(findings: readonly Finding[], sheet: Sheet): string {
  return findings
    .map(({ level, title, evidence }) => {
      const word = sheet.mark(FINDING_TONES[level], level.toUpperCase());
      return sheet.prose(`${word} ${sheet.remote(title)}. ${evidence.map(sheet.remote).join(' ')}`);
    })
    .join('\n');
}

const DOMAINS_SHOWN = 8;

interface DomainRow extends DomainAges {
  readonly mostly: Survey['destinations'][number]['mostly'];
}

function domainBlock({ survey, tally, domains }: QueueAnswer, sheet: Sheet): string {
  if (domains.length === 0) return '';
  const mostlyByDomain = new Map(survey.destinations.map(({ key, mostly }) => [key, mostly]));
  const shown = domains
    .slice(0, DOMAINS_SHOWN)
    .map((ages) => ({ ...ages, mostly: mostlyByDomain.get(ages.domain) ?? null }));
  const beyond = domains.length - shown.length;
  const more = beyond === 0 ? [] : [`${formatCount(beyond)} more: --format json, summary.domains`];
  return sheet.below(sheet.bare(domainColumns(tally.buckets, tally.asOf), shown), more);
}

/** Ages that nothing has are left out. */
function domainColumns(buckets: readonly AgeBucket[], asOf: Date): readonly TableColumn<DomainRow>[] {
  const ages = buckets.map((bucket, index) => ({ bucket, index })).filter(({ bucket }) => bucket.held > 0);
  return [
    { key: 'domain', title: 'To', value: (row) => row.domain ?? '(all others)' },
    { key: 'held', title: 'Held', value: (row) => row.held },
    ...ages.map(({ bucket, index }) => ({
      key: `bucket${index}`,
      title: bucketName(bucket),
      value: (row: DomainRow) => row.heldByBucket[index] ?? 0,
    })),
    {
      key: 'oldest',
      title: 'Oldest',
      value: (row) => formatAge((asOf.getTime() - row.oldestAt.getTime()) / 1000),
      align: 'right',
    },
    { key: 'mostly', title: 'Mostly', value: (row) => row.mostly?.reason ?? null },
    { key: 'party', title: 'Side', value: (row) => row.mostly?.party ?? null },
  ];
}

const OLDEST_COLUMNS: readonly TableColumn<Delivery>[] = [
  ...columnsNamed(['recipient', 'receivedAt', 'expiresAt']),
  {
    key: 'reason',
    title: 'Reason',
    value: ({ verdict, likely }) => verdict?.reason ?? (likely === undefined ? null : `~${likely.reason}`),
  },
  ...columnsNamed(['sender', 'nextHop', 'messageTraceId']),
];

function columnsNamed(keys: readonly string[]): readonly TableColumn<Delivery>[] {
  return keys.flatMap((key) => DELIVERY_COLUMNS.filter((column) => column.key === key));
}

function oldestBlock(kept: readonly Delivery[], { held }: Survey, sheet: Sheet): string {
  if (kept.length === 0) return '';
  const title = `The oldest, ${formatCount(kept.length)} of ${formatCount(held)} (~ as most of its kind).`;
  const hint = 'One message: mailcheck trace show ID. All rows with their ids: --format csv.';
  return sheet.below(sheet.rows(title, OLDEST_COLUMNS, kept), [hint]);
}

function adviceText({ held }: Survey, sheet: Sheet): string {
  return held === 0
    ? ''
    : sheet.prose('Do not resend held mail and do not purge it: it is retried by itself.');
}
