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
  const rest = checks.filter((check) => !isTrouble(check));
  const blocks = [
    sheet.prose(`${word} ${sheet.remote(result.verdict.sentence)}`),
    sheet.blocks(checks.filter(isTrouble).map((check) => troubleBlock(check, sheet))),
    sheet.blocks([...okBlocks(rest, sheet), ...skippedBlocks(rest, sheet)]),
    sheet.prose(
      `${counted(result.requests, 'question', 'questions')} sent to Graph and Exchange. What they must allow: mailcheck help permissions.`,
    ),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function isTrouble({ state }: DoctorCheck): boolean {
  return state !== 'ok' && state !== 'skipped';
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

function okBlocks(checks: readonly DoctorCheck[], sheet: Sheet): readonly Block[] {
  const lines = checks
    .filter(({ state }) => state === 'ok')
    .map(({ title, says }) => `${sheet.mark('good', `${title}:`)} ${sheet.remote(says)}`);
  return lines.length === 0 ? [] : [{ label: 'ok', lines }];
}

/** What waits for the same thing goes together: nobody has to read the same sentence ten times. */
function skippedBlocks(checks: readonly DoctorCheck[], sheet: Sheet): readonly Block[] {
  const titlesBySays = new Map<string, string[]>();
  for (const { state, says, title } of checks) {
    if (state !== 'skipped') continue;
    const titles = titlesBySays.get(says);
    if (titles === undefined) titlesBySays.set(says, [title]);
    else titles.push(title);
  }
  const lines = [...titlesBySays].map(([says, titles]) => `${titles.join(', ')}: ${sheet.remote(says)}`);
  return lines.length === 0 ? [] : [{ label: 'skipped', lines }];
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
