/**
 * What a person is told of an alert, run by run.
 *
 * 2026-11: it has a bound that does not rest on chance. Runs that are good or bad now and then stay alike for a while, so a
 * rule by the share of changes alone begins and ends, and tells each time. So between two calms at most two changes are
 * told, and once that it comes and goes; a calm is so many runs running that were alike. What changed meanwhile is told with
 * the next calm. The price: an end that would be the third to be told is told late. Telling it at once would leave nobody
 * to be told of the next beginning.
 */
import type { Standing } from './alert.js';
import { ALERT_RULES, type AlertRules, type JudgedRun, minutesBetween, standingsOf } from './alert.js';

export const TELLING_RULES = {
  /** Between two calms so many changes are told. */
  changes: 2,
  /** What goes on is told again after so long. */
  againHours: 4,
} as const;

export interface Notice {
  /** `worse`: a warning that was told is critical now. `still-open`: an alert goes on. */
  readonly kind: 'open' | 'worse' | 'still-open' | 'close' | 'unknown' | 'flapping';
  readonly at: Date;
}

/** What a person would have been told, run by run. */
export function noticesOf(runs: readonly JudgedRun[], rules: AlertRules = ALERT_RULES): readonly Notice[] {
  const notices: Notice[] = [];
  let told = NOTHING_TOLD;
  for (const standing of standingsOf(runs, rules)) {
    const news = tell(standing, told);
    if (news.kind !== null) notices.push({ kind: news.kind, at: standing.at });
    told = news.told;
  }
  return notices;
}

/** What was told so far. */
export interface Told {
  /** Null: that all is over, or nothing. */
  readonly open: Standing['badLevel'];
  readonly isUnknown: boolean;
  readonly isFlapping: boolean;
  /** Since the last calm. */
  readonly changes: number;
  /** When it was told last that it is open. */
  readonly openAt: Date | null;
  readonly unknownAt: Date | null;
}

export const NOTHING_TOLD: Told = {
  open: null,
  isUnknown: false,
  isFlapping: false,
  changes: 0,
  openAt: null,
  unknownAt: null,
};

export type Situation = Omit<Standing, 'since' | 'known' | 'badRuns' | 'isAgreed'>;

export interface News {
  /** Null: there is nothing to tell. */
  readonly kind: Notice['kind'] | null;
  readonly told: Told;
}

export function tell(situation: Situation, before: Told): News {
  const isNewStory = situation.isCalm || situation.isFirst;
  const told = {
    ...before,
    ...(isNewStory ? { changes: 0, isFlapping: false } : {}),
    isUnknown: situation.state === 'unknown' && before.isUnknown,
  };
  const kind = kindOf(situation, told);
  return { kind, told: afterTelling(situation, told, kind) };
}

function kindOf(situation: Situation, told: Told): Notice['kind'] | null {
  if (told.isFlapping) return null;
  if (situation.isFlapping) return 'flapping';
  const change = changeOf(situation, told);
  if (change === null) return goesOn(situation, told) ? 'still-open' : null;
  if (told.changes < TELLING_RULES.changes) return change;
  return change === 'open' || change === 'worse' ? 'flapping' : null;
}

/** How it is against what was told. */
function changeOf(situation: Situation, told: Told): Notice['kind'] | null {
  const { state, badLevel } = situation;
  switch (state) {
    case 'unknown':
      return mustTellBlindness(situation, told) ? 'unknown' : null;
    case 'closed':
      return told.open === null ? null : 'close';
    case 'open':
      if (told.open === null) return 'open';
      return told.open === 'warning' && badLevel === 'critical' ? 'worse' : null;
  }
}

/** Who was told of trouble goes on to reckon with it; that it cannot be seen any more would take the place of its end. */
function mustTellBlindness({ at, isBlind, isCalm }: Situation, told: Told): boolean {
  if (told.isUnknown || !isBlind || !mayTell(told.unknownAt, at)) return false;
  return told.open === null || isCalm;
}

function goesOn({ at, state, isCalm, isSteadilyBad }: Situation, told: Told): boolean {
  return state === 'open' && told.open !== null && isCalm && isSteadilyBad && mayTell(told.openAt, at);
}

function mayTell(lastAt: Date | null, now: Date): boolean {
  return lastAt === null || minutesBetween(lastAt, now) >= TELLING_RULES.againHours * 60;
}

function afterTelling({ at, badLevel }: Situation, told: Told, kind: News['kind']): Told {
  const changes = told.changes + 1;
  switch (kind) {
    case 'open':
    case 'worse':
      return { ...told, changes, open: badLevel, openAt: at };
    case 'still-open':
      return { ...told, open: badLevel, openAt: at };
    case 'close':
      return { ...told, changes, open: null };
    case 'unknown':
      return { ...told, changes, isUnknown: true, unknownAt: at };
    case 'flapping':
      return { ...told, isFlapping: true };
    case null:
      return told;
  }
}
