/** One finding, and one gap, for what is alike at several addresses of a route; each names the route and the hosts. */
import type { Finding, Gap } from '../../finding.js';
import type { MailRoute } from './mail-route.js';

/** About one path, or about the route where `at` is null. */
export interface FindingDraft {
  readonly finding: Omit<Finding, 'subject'>;
  readonly at: string | null;
}

export interface GapDraft {
  readonly gap: Gap;
  /** Null keeps the words of the gap. */
  readonly at: string | null;
}

const MOST_EVIDENCE = 8;

export function mergedFindings(
  drafts: readonly FindingDraft[],
  { name }: Pick<MailRoute, 'name'>,
): readonly Finding[] {
  return groupsOf(drafts, ({ finding: { id, level, remedy } }) => JSON.stringify([id, level, remedy])).map(
    ([first, ...others]) => {
      const sentences = toldOf([first, ...others]);
      const rest = sentences.length - MOST_EVIDENCE;
      const more = rest > 0 ? [`And ${rest} more alike.`] : [];
      return { ...first.finding, subject: name, evidence: [...sentences.slice(0, MOST_EVIDENCE), ...more] };
    },
  );
}

const MOST_NAMED = 4;

/** What is alike at several addresses is told once, with all of them. */
function toldOf(drafts: readonly FindingDraft[]): readonly string[] {
  return groupsOf(drafts, ({ finding }) => finding.evidence.join(' ')).map((group) => {
    const evidence = group[0].finding.evidence.join(' ');
    const places = [...new Set(group.flatMap(({ at }) => (at === null ? [] : [at])))];
    return places.length === 0 ? evidence : `${namesOf(places)}: ${evidence}`;
  });
}

function namesOf(places: readonly string[]): string {
  const rest = places.length - MOST_NAMED;
  return [...places.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

export function mergedGaps(
  drafts: readonly GapDraft[],
  route: Pick<MailRoute, 'role' | 'name' | 'mxOf'>,
): readonly Gap[] {
  const keyOf = ({ gap: { what, reason, remedy }, at }: GapDraft): string =>
    JSON.stringify([reason, remedy, at === null ? what : null]);
  return groupsOf(drafts, keyOf).map((group) => {
    const [{ gap }] = group;
    const names = [...new Set(group.flatMap(({ at }) => (at === null ? [] : [at])))];
    if (names.length === 0) return gap;
    return { ...gap, what: `What ${namesOf(names)} would do with mail${routeWords(route)}` };
  });
}

/** One trouble that many routes share, as our own network's, is told once with their number. */
export function sharedGaps(gaps: readonly Gap[]): readonly Gap[] {
  return groupsOf(gaps, ({ reason, remedy }) => JSON.stringify([reason, remedy])).flatMap((group) => {
    const [first] = group;
    if (group.length <= MOST_NAMED) return group;
    return [{ ...first, what: `${first.what.replace(/\.$/, '')}, and ${group.length - 1} more alike` }];
  });
}

function routeWords({ role, name, mxOf }: Pick<MailRoute, 'role' | 'name' | 'mxOf'>): string {
  switch (role) {
    case 'smart-host':
      return ` (connector ${name})`;
    case 'partner-mx':
      return ` (connector ${name}, MX of ${mxOf ?? ''})`;
    case 'mx':
      return ` (MX of ${name})`;
    case 'named':
      return '';
  }
}

function groupsOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [Item, ...Item[]])[] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
