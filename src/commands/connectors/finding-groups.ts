/** Findings as paragraphs, those of one kind together: what it is about, what was seen, what to do. */
import type { Finding, FindingLevel } from '#mailflow/finding.js';
import { counted, formatCount } from '#render/human-format.js';
import { prose as wrapped } from '#render/prose.js';
import type { Field, Sheet } from '#render/sheet.js';

/** How much there is room for, and what stands between a sentence and the list below it. */
export interface Manner {
  /** Levels whose findings are told with evidence and cure; of the others the subjects are named. */
  readonly told: readonly FindingLevel[];
  /** Levels of which is told what they do to mail. */
  readonly meant: readonly FindingLevel[];
  readonly lineFeed: string;
}

export const SCREEN: Manner = { told: ['critical', 'warning'], meant: ['critical'], lineFeed: '\n' };
const EVERY_LEVEL: readonly FindingLevel[] = ['critical', 'warning', 'info'];
export const MARKDOWN: Manner = { told: EVERY_LEVEL, meant: EVERY_LEVEL, lineFeed: '\n\n' };

function countOf(findings: readonly Finding[], level: FindingLevel): number {
  return findings.filter((finding) => finding.level === level).length;
}

export function countWords(findings: readonly Finding[]): string {
  const critical = countOf(findings, 'critical');
  const warnings = countOf(findings, 'warning');
  const remarks = countOf(findings, 'info');
  return [
    ...(critical > 0 ? [criticalWords(critical)] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning', 'warnings')] : []),
    ...(remarks > 0 ? [counted(remarks, 'remark', 'remarks')] : []),
  ].join(', ');
}

function criticalWords(count: number): string {
  return `${formatCount(count)} critical`;
}

/** Marked after it is wrapped, for marks have no width. */
export function markedCounts(text: string, findings: readonly Finding[], { page: { style } }: Sheet): string {
  const critical = countOf(findings, 'critical');
  const warnings = counted(countOf(findings, 'warning'), 'warning', 'warnings');
  return text
    .replace(criticalWords(critical), critical > 0 ? style.bad : (words) => words)
    .replace(warnings, style.warn);
}

/** What is wrong alike in several places. */
interface FindingGroup {
  readonly id: string;
  readonly level: FindingLevel;
  readonly title: string;
  readonly remedy: string;
  readonly findings: readonly Finding[];
}

function groupsOf(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const { id, level, title, remedy } = finding;
    const key = JSON.stringify([id, level, remedy]);
    const before = groups.get(key)?.findings ?? [];
    groups.set(key, { id, level, title, remedy, findings: [...before, finding] });
  }
  return [...groups.values()];
}

interface Telling {
  readonly manner: Manner;
  /** What a finding of this id means for mail, where that is written down. */
  readonly whyOf: (id: string) => string | undefined;
}

/** Those that there is room for in full, then the subjects of the others. */
export function findingParagraphs(
  findings: readonly Finding[],
  sheet: Sheet,
  telling: Telling,
): readonly string[] {
  const { told } = telling.manner;
  const groups = groupsOf(findings);
  return [
    ...groups.filter(({ level }) => told.includes(level)).map((group) => groupText(group, sheet, telling)),
    remarksText(
      groups.filter(({ level }) => !told.includes(level)),
      sheet,
      telling.manner,
    ),
  ];
}

const MARKS = { critical: 'bad', warning: 'warn', info: 'faint' } as const;

function groupText(
  { level, title, remedy, findings, id }: FindingGroup,
  { remote, page, prose, fields }: Sheet,
  { manner: { meant, lineFeed }, whyOf }: Telling,
): string {
  const why = meant.includes(level) ? whyOf(id) : undefined;
  const facts: readonly Field[] = [
    ...findings.flatMap(({ subject, evidence }): readonly Field[] => [
      ['about', remote(subject)],
      ['seen', evidence.map(remote).join(' ')],
    ]),
    ...(why === undefined ? [] : [['means', why] as const]),
    ['do', remedy],
  ];
  const word = level.toUpperCase();
  const head = prose(`${word}: ${title}.`).replace(word, page.style[MARKS[level]]);
  return `${head}${lineFeed}${fields(facts)}`;
}

const CONTINUED = '  ';

function remarksText(groups: readonly FindingGroup[], sheet: Sheet, { lineFeed }: Manner): string {
  if (groups.length === 0) return '';
  const lines = groups.map(({ title, findings }) =>
    wrapped(
      `- ${title}: ${findings.map(({ subject }) => sheet.remote(subject)).join(', ')}.`,
      sheet.page,
      CONTINUED,
    ),
  );
  const head = sheet.prose('Worth knowing; what to do about it: --format markdown or json.');
  return `${head}${lineFeed}${lines.join('\n')}`;
}
