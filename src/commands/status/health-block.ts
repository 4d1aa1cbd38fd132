/** The open issues that matter to mail, each with the age of its last post and the next one that was promised. */
import type { HealthAnswer } from '#mailflow/health/health-source.js';
import { isOpen } from '#mailflow/health/is-open.js';
import { compareByGravity, gapsOfHealth, levelOfIssue } from '#mailflow/health/judge-health.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import { isOverdue, timelineOf } from '#mailflow/health/timeline.js';
import { counted, formatAge, formatSpan } from '#render/human-format.js';
import { truncate } from '#render/layout.js';
import type { Sheet } from '#render/sheet.js';

const ISSUES_SHOWN = { narrow: 1, wide: 4 };
const NAMED = 2;
const LABEL_COLUMNS = 12;

/** What is open, the gravest first; what matters to mail stands apart from the rest. */
export interface OpenIssues {
  readonly telling: readonly ServiceIssue[];
  readonly others: readonly ServiceIssue[];
}

export function openIssues({ issues }: Pick<HealthAnswer, 'issues'>): OpenIssues {
  const open = issues.filter(isOpen).toSorted(compareByGravity);
  return {
    telling: open.filter((issue) => levelOfIssue(issue) !== 'info'),
    others: open.filter((issue) => levelOfIssue(issue) === 'info'),
  };
}

export function healthLines(
  answer: HealthAnswer,
  now: Date,
  sheet: Sheet,
  isWide: boolean,
): readonly string[] {
  const { telling, others } = openIssues(answer);
  if (telling.length === 0) return [calmText(answer, others.length)];
  const shown = telling.slice(0, ISSUES_SHOWN[isWide ? 'wide' : 'narrow']);
  return [
    ...shown.flatMap((issue) => issueLines(issue, now, sheet)),
    ...moreLines(telling.slice(shown.length), others.length, sheet),
  ];
}

/** Those that matter are named at least. */
function moreLines(rest: readonly ServiceIssue[], others: number, { remote }: Sheet): readonly string[] {
  if (rest.length + others === 0) return [];
  const named = rest
    .slice(0, NAMED)
    .map(({ id, classification }) => `${remote(id)} ${remote(classification)}`);
  const beyond = rest.length - named.length + others;
  const parts = [...named, ...(beyond === 0 ? [] : [counted(beyond, 'other', 'others')])];
  return [`Also open: ${parts.join(', ')} (mailcheck health)`];
}

export function healthText(answer: HealthAnswer): string {
  const { telling, others } = openIssues(answer);
  if (telling.length === 0) return calmText(answer, others.length);
  const named = telling.map(({ id, classification }) => `${id} (${classification})`).join(', ');
  return `${counted(telling.length, 'open issue', 'open issues')} that matter: ${named}; ${others.length} others.`;
}

/** An answer with holes is calm as far as it goes. */
function calmText(answer: HealthAnswer, others: number): string {
  const isWhole = gapsOfHealth(answer).every(({ reason }) => reason === 'clock');
  const where = isWhole ? '' : ' in what was read';
  const rest = others === 0 ? '' : `; ${counted(others, 'other issue', 'other issues')} open`;
  return `No incident of Exchange, suite or identity${where}${rest}`;
}

function issueLines(issue: ServiceIssue, now: Date, sheet: Sheet): readonly string[] {
  const { page, remote, mark } = sheet;
  const { id, classification, title, startedAt } = issue;
  const name = `${remote(id)} ${remote(classification)}`;
  const since = `open for ${ageSince(startedAt, now)}`;
  const room = page.widthColumns - LABEL_COLUMNS - `${name}: `.length;
  const shownTitle = remote(title);
  // One line tells an issue from another; the whole of it is in `health show`.
  const fits = room < 20 ? shownTitle : truncate(shownTitle, room);
  const tone = levelOfIssue(issue) === 'critical' ? 'bad' : 'warn';
  return [`${mark(tone, name)}: ${fits}\n  ${[since, ...postTexts(issue, now, sheet)].join('; ')}`];
}

function postTexts(issue: ServiceIssue, now: Date, { page, tellsClock }: Sheet): readonly string[] {
  const { newestPostAt, nextUpdate } = timelineOf(issue);
  if (newestPostAt === null) return ['no post yet'];
  const last = `last post ${ageSince(newestPostAt, now)} ago`;
  const dueAt = nextUpdate?.at ?? null;
  if (dueAt === null) return [last];
  if (isOverdue(nextUpdate, now) === true) return [last, `next OVERDUE ${ageSince(dueAt, now)}`];
  return [
    last,
    tellsClock
      ? `next by ${formatSpan(now, dueAt, page.timeZone).until}`
      : `next within ${formatAge((dueAt.getTime() - now.getTime()) / 1000)}`,
  ];
}

function ageSince(instant: Date, now: Date): string {
  return formatAge((now.getTime() - instant.getTime()) / 1000);
}
