import type { Views } from '#cli/command.js';
import type { RouteRole, UnprobedConnector } from '#mailflow/connector/path/mail-route.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { OwnNetwork } from '#mailflow/connector/probe/probe-path.js';
import { POINT_WORDS } from '#mailflow/connector/probe/proven.js';
import { STOP_POINTS } from '#mailflow/connector/probe/smtp-prober.js';
import { counted, formatCell, formatCount, instantFormat } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { CellValue, Tail } from '#render/writer.js';

import { gapLines } from '../trace/gap-lines.js';
import { probeMonitor } from './connectors-monitor.js';
import {
  countWords,
  findingParagraphs,
  type Manner,
  MARKDOWN,
  markedCounts,
  SCREEN,
} from './finding-groups.js';
import { PATH_COLUMNS, screenColumns } from './path-columns.js';
import { type PathRow, rankOf } from './path-row.js';
import type { ProbeAnswer } from './probe-answer.js';

export const probeViews: Views<PathRow, ProbeAnswer> = {
  columns: PATH_COLUMNS,
  monitor: probeMonitor,
  rank: rankOf,
  table: (kept, tail, page) => probeText(kept, tail, screenSheet(page), SCREEN),
  markdown: (kept, tail, page) => {
    const sheet = markdownSheet(page);
    return [probeText(kept, tail, sheet, MARKDOWN), factText(kept, sheet)]
      .filter((text) => text !== '')
      .join('\n\n');
  },
};

function probeText(kept: readonly PathRow[], tail: Tail<ProbeAnswer>, sheet: Sheet, manner: Manner): string {
  const { result } = tail;
  if (result === null) return '';
  const paragraphs = [
    headline(result, tail, sheet),
    ...findingParagraphs(tail.findings, sheet, { manner, whyOf: () => undefined }),
    ...ROLES.map((role) => roleTable(role, kept, result, sheet)),
    orderText(result.routes, sheet, manner),
    ...restText(result, sheet),
    ...gapLines(tail, sheet),
  ];
  return paragraphs.filter((text) => text !== '').join('\n\n');
}

const ROLES: readonly RouteRole[] = ['smart-host', 'partner-mx', 'mx', 'named'];

function headline(result: ProbeAnswer, { findings, incomplete }: Tail<unknown>, sheet: Sheet): string {
  const { rows, routes } = result;
  const paths = counted(rows.length, 'path', 'paths');
  const counts = countWords(findings);
  const isUnknown = incomplete.length > 0;
  const outcome = isUnknown ? 'Nothing bad is proven, and not all could be seen' : 'Nothing to object to';
  const what = `${paths} of ${counted(routes.length, 'route', 'routes')}: ${statusWords(rows)}`;
  const line =
    rows.length === 0
      ? sheet.prose(isUnknown ? NOT_LEARNED : NOTHING_THERE)
      : markedCounts(
          sheet.prose(`${counts === '' ? `${outcome} on` : `${counts} on`} ${what}.`),
          findings,
          sheet,
        );
  return [line, sheet.prose(`${provenWords(rows)} ${LESSON}`)].join('\n');
}

const NOTHING_THERE = 'There is nothing to probe: no smart host, no domain and no host that was named.';
const NOT_LEARNED = 'What there is to probe could not be learned, so nothing was probed.';

/** How far, and on how many. */
function provenWords(rows: readonly PathRow[]): string {
  const words = STOP_POINTS.toReversed().flatMap((point) => {
    const count = rows.filter(({ proven }) => proven === point).length;
    return count === 0 ? [] : [`up to ${POINT_WORDS[point]} on ${formatCount(count)}`];
  });
  const none = rows.filter(({ proven }) => proven === null).length;
  const all = [...words, ...(none === 0 || words.length === 0 ? [] : [`not at all on ${formatCount(none)}`])];
  return words.length === 0 ? 'No reach is proven.' : `Reach is proven ${all.join(', ')}.`;
}

/** What a probe cannot know, said every time. */
const LESSON =
  'Acceptance was not tested, since no message is sent. Both outages of 2026 looked green up to TLS; whether mail is taken shows in mailcheck status and trace.';

const STATUSES: readonly PathRow['status'][] = ['pass', 'warn', 'temperror', 'skipped', 'permerror', 'fail'];

function statusWords(rows: readonly PathRow[]): string {
  const words = STATUSES.flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [`${formatCount(count)} ${status}`];
  });
  return words.join(', ');
}

const TITLES: Readonly<Record<RouteRole, string>> = {
  'smart-host': 'What Exchange Online meets at our relays (smart hosts of connectors)',
  'partner-mx': 'What Exchange Online meets at the MX of others (connectors that go by MX)',
  mx: 'What our relay and all others meet where our mail comes in (MX of our domains)',
  named: 'Hosts that were named',
};

function roleTable(role: RouteRole, kept: readonly PathRow[], { rows }: ProbeAnswer, sheet: Sheet): string {
  const all = rows.filter((row) => row.role === role);
  const shown = all.filter((row) => kept.some((each) => isSame(each, row)));
  if (shown.length === 0) return '';
  const part =
    shown.length < all.length ? `, ${formatCount(shown.length)} of ${formatCount(all.length)}` : '';
  return sheet.rows(`${TITLES[role]}${part}`, screenColumns(role, sheet.page.widthColumns), shown);
}

/** Rows may have been made anew on the way here, as by a redactor. */
function isSame(a: PathRow, b: PathRow): boolean {
  const isRoute = a.role === b.role && a.route === b.route && a.domain === b.domain;
  return isRoute && a.order === b.order && a.address === b.address;
}

/** What no table has room for: each path in a line, whatever is known of it. */
function factText(rows: readonly PathRow[], { page, remote }: Sheet): string {
  if (rows.length === 0) return '';
  const instant = instantFormat(page.timeZone);
  const words = (value: CellValue): string =>
    typeof value === 'number' ? String(value) : formatCell(value, { instant, text: remote });
  const lines = rows.map((row) => {
    const facts = PATH_COLUMNS.flatMap(({ title, value }) => {
      const known = value(row);
      return known === null ? [] : [`${title}: ${words(known)}`];
    });
    return `- ${facts.join('; ')}`;
  });
  return ['Each path in full', '', ...lines].join('\n');
}

/** Only where there is more than one host to choose from. */
function orderText(routes: readonly RouteJudgement[], sheet: Sheet, { lineFeed }: Manner): string {
  const several = routes.filter(({ order }) => order.length > 1);
  if (several.length === 0) return '';
  const lines = several.map((route) => sheet.prose(`- ${orderLine(route, sheet)}`));
  return `${sheet.prose('The order in which a sender tries them, and what it meets.')}${lineFeed}${lines.join('\n')}`;
}

const MOST_HOPS = 6;

function orderLine({ route, order, secondWorks }: RouteJudgement, sheet: Sheet): string {
  const hops = order.slice(0, MOST_HOPS).map(({ host, state, preference }) => {
    const weight = preference === null ? '' : ` (${preference})`;
    return `${sheet.remote(host)}${weight} ${state}`;
  });
  const rest = order.length > MOST_HOPS ? [`${order.length - MOST_HOPS} more`] : [];
  const domain = route.role === 'partner-mx' ? ` (MX of ${sheet.remote(route.mxOf ?? '')})` : '';
  return `${sheet.remote(route.name)}${domain}: ${[...hops, ...rest].join(', then ')}. ${SECOND[String(secondWorks)] ?? ''}`;
}

const SECOND: Readonly<Record<string, string>> = {
  true: 'There is a second way.',
  false: 'There is no second way.',
  null: 'Whether there is a second way is not known.',
};

const WHY: Readonly<Record<UnprobedConnector['why'], string>> = {
  off: 'is off',
  'by-mx': 'goes by the MX of any recipient (probe one with --domain)',
  'by-mx-in-part': 'takes more domains than were probed (probe one with --domain)',
  'no-smart-host': 'names no smart host',
};

function restText(
  { unprobed, domainsLeftOut, inPart, own, rows }: ProbeAnswer,
  sheet: Sheet,
): readonly string[] {
  const connectors = unprobed.map(({ name, why }) => `${sheet.remote(name)} ${WHY[why]}`);
  const domains =
    domainsLeftOut === 0
      ? []
      : [
          `${counted(domainsLeftOut, 'accepted domain', 'accepted domains')} for their number (name them with --domain)`,
        ];
  const addresses = inPart.map((name) => `some addresses of ${sheet.remote(name)} for their number`);
  const left = [...connectors, ...domains, ...addresses];
  return [
    ...(left.length === 0 ? [] : [sheet.prose(`Not probed: ${left.join('; ')}.`)]),
    ...ownText(own, rows).map(sheet.prose),
  ];
}

function ownText({ ownNetworkOk, port25Open }: OwnNetwork, rows: readonly PathRow[]): readonly string[] {
  if (ownNetworkOk === false) return ['Our own network leads nowhere: not even the control host answers.'];
  const wants25 = rows.some(({ port }) => port === 25);
  if (!wants25) return [];
  if (port25Open === false)
    return ['Port 25 is shut for this machine: not even the control host takes a connection.'];
  return port25Open === null ? ['Whether port 25 is open for this machine could not be told.'] : [];
}
