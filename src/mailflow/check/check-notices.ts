/**
 * What a person is told of the checks, run by run. Checks that rest on the same are told of together: one outage makes most
 * of them bad, and one source that cannot be asked makes most of them unknown. What joins an outage that was told within the
 * last hours, and is no worse, is told by the screen and by nobody else.
 */
import {
  ALERT_RULES,
  type JudgedRun,
  minutesBetween,
  type Standing,
  standingsOf,
} from '../incident/alert.js';
import {
  type News,
  NOTHING_TOLD,
  type Notice,
  type Situation,
  tell,
  type Told,
} from '../incident/notices.js';
import { TELLING_RULES } from '../incident/notices.js';
import { CATALOGUE } from './catalogue.js';
import type { CheckPolicy } from './check-policy.js';
import type { CheckResult } from './check-result.js';
import type { CheckRun } from './check-run.js';
import { CHECK_IDS, type CheckId } from './check-settings.js';
import { checkIdOf, judgedRunsById, rulesOf } from './judged-runs.js';

export interface CheckNotice {
  readonly kind: Notice['kind'];
  readonly at: Date;
  /** Ids of those that it is about. */
  readonly checks: readonly CheckId[];
  /** One sentence. */
  readonly says: string;
}

/** Those of the last run. Runs are in order, the last one is this one. */
export function checkNotices(
  runs: readonly CheckRun[],
  policy: Pick<CheckPolicy, 'checks'>,
  judgedById: JudgedById = judgedRunsById(runs),
): readonly CheckNotice[] {
  return allNotices(runs, policy, judgedById).at(-1) ?? [];
}

type JudgedById = ReturnType<typeof judgedRunsById>;

/** Of each run. */
export function allNotices(
  runs: readonly CheckRun[],
  policy: Pick<CheckPolicy, 'checks'>,
  judgedById: JudgedById = judgedRunsById(runs),
): readonly (readonly CheckNotice[])[] {
  const groups = groupsOf(runs).map((ids) => openDesk(ids, runs, { ...policy, judgedById }));
  let lastOpen: LastOpen | null = null;
  return runs.map(({ at }, index) => {
    const told: Telling[] = [];
    for (const group of groups) {
      const telling = group.take(index, at, lastOpen);
      if (telling === null) continue;
      told.push(telling);
      if (telling.level !== null) lastOpen = { at, level: telling.level };
    }
    return merged(told, at);
  });
}

/** Where nothing is kept, each run is told by itself. */
export function noticesOfOneRun(results: readonly CheckResult[], at: Date): readonly CheckNotice[] {
  const idsOf = (isMeant: (result: CheckResult) => boolean): readonly CheckId[] =>
    results
      .filter(isMeant)
      .map(({ id }) => checkIdOf(id))
      .filter((id) => id !== null);
  const told: readonly Telling[] = [
    {
      kind: 'open',
      ids: idsOf(({ level }) => level === 'warning' || level === 'critical'),
      level: null,
    },
    { kind: 'unknown', ids: idsOf(({ level }) => level === 'unknown'), level: null },
  ];
  return merged(
    told.filter(({ ids }) => ids.length > 0),
    at,
  );
}

/** When these cannot tell, neither can the checks that need the same source, which are told of. */
const GO_WITH_OTHERS: readonly CheckId[] = ['sign-in', 'freshness'];

const GROUPS: readonly (readonly CheckId[])[] = [
  ['held-mail', 'deferral-rate', 'expiring-mail', 'bounce-rate', 'inbound-volume'],
  ['service-health'],
  ['connectors', 'mail-paths', 'certificates'],
  ['quota'],
];

function groupsOf(runs: readonly CheckRun[]): readonly (readonly CheckId[])[] {
  const asked = new Set(runs.flatMap(({ seenById }) => [...seenById.keys()]));
  const groups = GROUPS.map((ids) => ids.filter((id) => asked.has(id)));
  const [mail = [], microsoft = []] = groups;
  const others = mail.length + microsoft.length > 0 ? [] : [GO_WITH_OTHERS.filter((id) => asked.has(id))];
  return [...groups, ...others].filter((ids) => ids.length > 0);
}

interface LastOpen {
  readonly at: Date;
  readonly level: 'warning' | 'critical';
}

interface Telling {
  readonly kind: Notice['kind'];
  readonly ids: readonly CheckId[];
  /** Of what opened or became worse; else null. */
  readonly level: LastOpen['level'] | null;
}

interface Desk {
  /** Null where there is nothing to tell. Runs come one after the other. */
  readonly take: (index: number, at: Date, lastOpen: LastOpen | null) => Telling | null;
}

function openDesk(
  ids: readonly CheckId[],
  runs: readonly CheckRun[],
  { checks, judgedById }: Pick<CheckPolicy, 'checks'> & { readonly judgedById: JudgedById },
): Desk {
  const courses = ids.map((id) => ({
    id,
    standings: alignedStandings(judgedById.get(id) ?? [], runs, checks[id]),
  }));
  let told: Told = NOTHING_TOLD;
  /** Nobody was told of it: it joined what was. */
  let hasJoined = false;
  let openIds: readonly CheckId[] = [];
  return {
    take: (index, at, lastOpen) => {
      const now = courses.flatMap(({ id, standings }) => {
        const standing = standings[index] ?? null;
        return standing === null ? [] : [{ id, standing }];
      });
      if (now.length === 0) return null;
      const voters = now.filter(({ id }) => checks[id].isRequired);
      const situation = situationOf(now, voters.length === 0 ? now : voters, at);
      const news = tell(situation, told);
      told = news.told;
      const areOpen = now.filter(({ standing }) => standing.known === 'open').map(({ id }) => id);
      const wereOpen = openIds;
      openIds =
        told.open === null ? [] : CHECK_IDS.filter((id) => wereOpen.includes(id) || areOpen.includes(id));
      const { kind } = news;
      if (kind === null) return null;
      if (kind === 'open' && joins(situation, lastOpen)) {
        hasJoined = true;
        // What opens in the same run is named; nobody is called twice.
        return lastOpen?.at.getTime() === at.getTime() ? { kind, ids: areOpen, level: null } : null;
      }
      const isSilent = kind === 'close' && hasJoined;
      if (kind !== 'unknown') hasJoined = false;
      if (isSilent) return null;
      return { kind, ids: idsToTell(kind, { now, areOpen, wereOpen }), level: levelToTell(news) };
    },
  };
}

function joins({ at, badLevel }: Situation, lastOpen: LastOpen | null): boolean {
  if (lastOpen === null || minutesBetween(lastOpen.at, at) >= TELLING_RULES.againHours * 60) return false;
  return lastOpen.level === 'critical' || badLevel === 'warning';
}

function levelToTell({ kind, told }: News): Telling['level'] {
  return kind === 'open' || kind === 'worse' ? told.open : null;
}

interface CheckStanding {
  readonly id: CheckId;
  readonly standing: Standing;
}

interface ToTell {
  readonly now: readonly CheckStanding[];
  readonly areOpen: readonly CheckId[];
  readonly wereOpen: readonly CheckId[];
}

function idsToTell(kind: Notice['kind'], { now, areOpen, wereOpen }: ToTell): readonly CheckId[] {
  switch (kind) {
    case 'open':
    case 'worse':
    case 'still-open':
      return areOpen;
    case 'close':
      return wereOpen;
    case 'unknown':
      return now.filter(({ standing }) => standing.isBlind).map(({ id }) => id);
    case 'flapping': {
      const flapping = now.filter(({ standing }) => standing.isFlapping).map(({ id }) => id);
      return flapping.length > 0 ? flapping : areOpen;
    }
  }
}

/**
 * After each run, in its place; null until it was asked for the first time. A check that was not asked stays as it was,
 * until it is forgotten. Where nobody requires it, that it could not tell is nothing to be told.
 */
function alignedStandings(
  judged: readonly JudgedRun[],
  runs: readonly CheckRun[],
  { for: rule, isRequired }: CheckPolicy['checks'][CheckId],
): readonly (Standing | null)[] {
  const meant = judged.filter(({ level }) => isRequired || level !== 'unknown');
  const standings = [...standingsOf(meant, rulesOf(rule))];
  let next = 0;
  return runs.map(({ at }) => {
    // Runs of one instant are one after the other in both lists, so the last of them may be taken for all.
    while ((standings[next]?.at ?? at) < at || standings[next]?.at.getTime() === at.getTime()) next += 1;
    const last = standings[next - 1] ?? null;
    const isForgotten = last !== null && minutesBetween(last.at, at) > ALERT_RULES.forgottenHours * 60;
    return isForgotten ? null : last;
  });
}

/** Of checks that rest on the same: the worst of them, and calm only when all are. `voters` say whether it can be told. */
function situationOf(now: readonly CheckStanding[], voters: readonly CheckStanding[], at: Date): Situation {
  const standings = now.map(({ standing }) => standing);
  const levels = standings.map(({ badLevel }) => badLevel);
  return {
    at,
    state: stateOf(
      standings,
      voters.map(({ standing }) => standing),
    ),
    badLevel: (['critical', 'warning'] as const).find((each) => levels.includes(each)) ?? null,
    isBlind: standings.some(({ isBlind }) => isBlind),
    isFlapping: standings.some(({ isFlapping }) => isFlapping),
    isCalm: standings.every(({ isCalm }) => isCalm),
    isSteadilyBad: standings.some(({ isSteadilyBad }) => isSteadilyBad),
    isFirst: standings.every(({ isFirst }) => isFirst),
  };
}

function stateOf(standings: readonly Standing[], voters: readonly Standing[]): Standing['state'] {
  if (voters.every(({ state }) => state === 'unknown')) return 'unknown';
  if (standings.some(({ state }) => state === 'open')) return 'open';
  return voters.some(({ state }) => state === 'unknown') ? 'unknown' : 'closed';
}

/** One notice of each kind, however many sources it comes from. */
function merged(told: readonly Telling[], at: Date): readonly CheckNotice[] {
  const kinds = [...new Set(told.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const ids = told.filter((telling) => telling.kind === kind).flatMap((telling) => telling.ids);
    const names = ids.map((id) => CATALOGUE[id].title).join(', ');
    return { kind, at, checks: ids, says: `${WORDS[kind]}: ${names}.` };
  });
}

const WORDS: Readonly<Record<Notice['kind'], string>> = {
  open: 'Trouble has begun',
  worse: 'Trouble has become critical',
  'still-open': 'Trouble goes on',
  close: 'Trouble is over',
  unknown: 'This cannot be told any more',
  flapping: 'This comes and goes, and is told again when it has settled',
};
