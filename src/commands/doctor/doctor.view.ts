import type { Views } from '#cli/command.js';
import type { CheckLevel } from '#mailflow/check/check-result.js';
import type { CheckState, DoctorCheck } from '#mailflow/doctor/doctor-check.js';
import { counted } from '#render/human-format.js';
import type { MonitorReport } from '#render/monitor-report.js';
import type { Block, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import { OUTCOME_TONES } from '#render/tones.js';
import type { Style, Tail } from '#render/writer.js';

import type { DoctorAnswer } from './doctor-answer.js';

export const doctorViews: Views<DoctorCheck, DoctorAnswer> = {
  columns: [
    { key: 'id', title: 'Check', value: (row) => row.id },
    { key: 'state', title: 'State', value: (row) => row.state },
    { key: 'title', title: 'Title', value: (row) => row.title },
    { key: 'says', title: 'Says', value: (row) => row.says },
    { key: 'cure', title: 'Cure', value: (row) => row.cure },
    { key: 'reason', title: 'Reason', value: (row) => row.reason },
    { key: 'after', title: 'After', value: (row) => row.after },
    { key: 'retryAfterSeconds', title: 'Retry after', value: (row) => row.retryAfterSeconds },
    { key: 'evidence', title: 'Evidence', value: (row) => row.evidence.join(' ') },
  ],
  table: (kept, tail, page) => doctorText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => doctorText(kept, tail, markdownSheet(page)),
  monitor: reportOf,
};

function doctorText(checks: readonly DoctorCheck[], tail: Tail<DoctorAnswer>, sheet: Sheet): string {
  const { result, outcome } = tail;
  if (result === null) return '';
  const word = sheet.heading(OUTCOME_TONES[outcome.level], outcome.level.toUpperCase());
  const well = result.isWhole ? wholeLines(checks, sheet) : foldedLines(checks);
  const asked = counted(result.requests, 'question', 'questions');
  const more = result.isWhole ? '' : ' Each check with its evidence: --verbose.';
  const blocks = [
    sheet.prose(`${word} ${sheet.remote(result.verdict.sentence)}`),
    sheet.blocks(TROUBLES.flatMap((state) => troubleBlocks(checks, state, sheet))),
    sheet.blocks([...blockOf('ok', well), ...blockOf('skipped', skippedLines(checks, sheet))]),
    sheet.prose(
      `${asked} sent to Graph and Exchange.${more} What they must allow: mailcheck help permissions.`,
    ),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** In the order in which the verdict looks for the cause; of each the nearest first. */
const TROUBLES = ['broken', 'unknown', 'warning'] as const;

function troubleBlocks(checks: readonly DoctorCheck[], wanted: CheckState, sheet: Sheet): readonly Block[] {
  return checks.filter(({ state }) => state === wanted).map((check) => troubleBlock(check, sheet));
}

function blockOf(label: string, lines: readonly string[]): readonly Block[] {
  return lines.length === 0 ? [] : [{ label, lines }];
}

const TONES: Readonly<Record<CheckState, keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  broken: 'bad',
  unknown: 'strong',
  skipped: 'faint',
};

function troubleBlock({ title, state, says, evidence, cure }: DoctorCheck, sheet: Sheet): Block {
  const label = state === 'broken' ? 'BROKEN' : state;
  const told = sheet.mark(TONES[state], `${title}:`);
  return {
    label,
    lines: [
      `${told} ${sheet.remote(says)}`,
      ...evidence.map(sheet.remote),
      ...(cure === null ? [] : [`Cure: ${sheet.remote(cure)}`]),
    ],
  };
}

function wholeLines(checks: readonly DoctorCheck[], sheet: Sheet): readonly string[] {
  return checks
    .filter(({ state }) => state === 'ok')
    .flatMap(({ title, says, evidence }) => [
      `${sheet.mark('good', `${title}:`)} ${sheet.remote(says)}`,
      ...evidence.map((line) => `- ${sheet.remote(line)}`),
    ]);
}

/** Nobody reads that twenty things are well; which they are fits into a line for each place they are at. */
function foldedLines(checks: readonly DoctorCheck[]): readonly string[] {
  return GROUPS.flatMap(({ title, ids }) => {
    const titles = checks
      .filter(({ id, state }) => state === 'ok' && ids.includes(id))
      .map((check) => check.title);
    return titles.length === 0 ? [] : [`${title}: ${titles.join(', ')}`];
  });
}

/** A test holds them against all checks that there are. */
const GROUPS: readonly { readonly title: string; readonly ids: readonly string[] }[] = [
  { title: 'This machine', ids: ['node', 'terminal', 'files', 'store', 'settings', 'clock'] },
  {
    title: 'The way out',
    ids: ['proxy', 'names', 'tls', 'reach-sign-in', 'reach-graph', 'reach-exchange', 'reach-status-page'],
  },
  { title: 'Who we are', ids: ['credential', 'sign-in', 'token-graph', 'token-exchange'] },
  {
    title: 'What we may ask',
    ids: [
      ...['quota', 'service-principal', 'permission-trace', 'permission-health', 'permission-messages'],
      ...['permission-exchange', 'role-exchange', 'role-trace'],
    ],
  },
];

/** What waits for the same thing goes together: nobody has to read the same sentence ten times. */
function skippedLines(checks: readonly DoctorCheck[], sheet: Sheet): readonly string[] {
  const titlesBySays = new Map<string, string[]>();
  for (const { state, says, title } of checks) {
    if (state !== 'skipped') continue;
    const titles = titlesBySays.get(says);
    if (titles === undefined) titlesBySays.set(says, [title]);
    else titles.push(title);
  }
  return [...titlesBySays].map(([says, titles]) => `${titles.join(', ')}: ${sheet.remote(says)}`);
}

const LEVELS: Readonly<Record<CheckState, CheckLevel>> = {
  ok: 'ok',
  warning: 'warning',
  broken: 'critical',
  unknown: 'unknown',
  skipped: 'skipped',
};

function reportOf({ result }: Tail<DoctorAnswer>): MonitorReport {
  if (result === null) return { headline: 'Nothing was looked at.', cases: [] };
  return {
    headline: result.verdict.sentence,
    cases: result.checks.map(({ id, title, state, says, evidence, cure, reason }) => ({
      ...{ id, title, says, reason, level: LEVELS[state], measures: [] },
      details: [...evidence, ...(cure === null ? [] : [cure])],
    })),
  };
}
