/**
 * When an alert opens and closes, over runs that were kept, whatever they looked at: slow enough that one bad run wakes
 * nobody, quick enough that an outage is told at its third. A run that could not tell neither opens nor closes.
 */
import type { AlertState } from './assessment.js';
import type { VerdictLevel } from './look.js';

/** A run as alerts see it. */
export interface JudgedRun {
  readonly at: Date;
  readonly level: VerdictLevel;
  /** What the bad rests on, in a word each. Two that do not rest on the same confirm each other. */
  readonly grounds: readonly string[];
}

export interface AlertRules {
  /** Opens when so many… */
  readonly openBad: number;
  /** …of the last runs that could tell were bad. */
  readonly openOf: number;
  /** Where no earlier run is known, one bad run opens: nobody could tell of a second one. */
  readonly opensAtFirst: boolean;
  /** Closes after so many good runs running… */
  readonly closeGood: number;
  /** …that span so much time. */
  readonly closeMinutes: number;
  /** What was known last holds so long, while runs cannot tell. */
  readonly knownMinutes: number;
  /** After so long without any run it begins anew. */
  readonly forgottenHours: number;
  /** Changes between so many runs are counted. */
  readonly flapRuns: number;
  /** Flapping begins when more than this share of them changed… */
  readonly flapAbove: number;
  /** …where there are fewer runs, of so many at least, when more than this did… */
  readonly flapLeastRuns: number;
  readonly flapAboveOfFew: number;
  /** …and ends when less did. */
  readonly flapBelow: number;
  /** It is calm when so many runs running were alike. */
  readonly calmRuns: number;
  /** What a run is called, as `look`. */
  readonly noun: string;
}

export const ALERT_RULES: AlertRules = {
  openBad: 3,
  openOf: 5,
  opensAtFirst: false,
  closeGood: 5,
  closeMinutes: 10,
  knownMinutes: 60,
  forgottenHours: 12,
  flapRuns: 21,
  flapAbove: 0.5,
  flapLeastRuns: 9,
  flapAboveOfFew: 0.75,
  flapBelow: 0.25,
  calmRuns: 60,
  noun: 'look',
};

/** By the runs up to the last one, which is this one; null where there is none. */
export function alertOf(runs: readonly JudgedRun[], rules: AlertRules = ALERT_RULES): AlertState | null {
  const last = standingOf(runs, rules);
  if (last === null) return null;
  const { state, since, isFlapping, says } = last;
  return { state, since, isFlapping, says };
}

/** Where an alert stands after a run. */
export interface Standing extends Omit<AlertState, 'says'> {
  readonly at: Date;
  /** What it was when a run could tell last; equal to the state unless that is unknown. */
  readonly known: 'open' | 'closed';
  /** Of the last run that was bad; null while the alert is closed. */
  readonly badLevel: 'warning' | 'critical' | null;
  /** Runs could not tell for longer than what was known may hold. */
  readonly isBlind: boolean;
  /** So many runs running were alike that what comes next is another story. */
  readonly isCalm: boolean;
  /** Of the last that count. */
  readonly badRuns: number;
  /** The last two were bad. */
  readonly isSteadilyBad: boolean;
  /** No earlier run is known, or all are forgotten. */
  readonly isFirst: boolean;
  /** Open because independent signals agreed; by count alone it would not be yet. */
  readonly isAgreed: boolean;
}

/** With what is to be said of it. */
export function standingOf(
  runs: readonly JudgedRun[],
  rules: AlertRules = ALERT_RULES,
): (Standing & AlertState) | null {
  let last: Course | null = null;
  for (const course of coursesOf(runs, rules)) last = course;
  return last === null ? null : { ...standingAfter(last, rules), says: sayingOf(last, rules) };
}

/** After each run, oldest first. */
export function* standingsOf(
  runs: readonly JudgedRun[],
  rules: AlertRules = ALERT_RULES,
): Iterable<Standing> {
  for (const course of coursesOf(runs, rules)) yield standingAfter(course, rules);
}

/** Runs as letters, oldest first: `g` good, `b` bad, `u` unknown. There are thousands of runs, and a text is cheap to cut. */
type RunKind = 'g' | 'b' | 'u';

interface Course {
  readonly run: JudgedRun;
  readonly state: AlertState['state'];
  readonly since: Date;
  readonly known: { readonly state: 'open' | 'closed'; readonly since: Date };
  readonly badLevel: Standing['badLevel'];
  /** The last that could tell, oldest first. */
  readonly judged: string;
  /** Good ones running. */
  readonly good: { readonly runs: number; readonly since: Date | null };
  /** Those running that could not tell. */
  readonly unknownRuns: number;
  /** When one could tell last; at first, when the runs began. */
  readonly lastKnownAt: Date;
  /** Why it opened. */
  readonly opened: 'by-count' | 'agreed' | 'at-first';
  readonly isFirst: boolean;
  /** All of them, for flapping; oldest first. */
  readonly kinds: string;
  /** Between neighbours of these. */
  readonly changes: number;
  /** Those running that were alike. */
  readonly alikeRuns: number;
  readonly isFlapping: boolean;
}

/** Those after the last one are from a clock that was wrong. */
function* coursesOf(runs: readonly JudgedRun[], rules: AlertRules): Iterable<Course> {
  const last = runs.at(-1);
  if (last === undefined) return;
  const inTime = runs.filter(({ at }) => at <= last.at);
  let course: Course | null = null;
  for (const run of inTime.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    course = courseAfter(course, run, rules);
    yield course;
  }
}

function courseAfter(before: Course | null, run: JudgedRun, rules: AlertRules): Course {
  const kind = kindOf(run);
  const flapping = flappingAfter(before, kind, rules);
  const isKnown = before !== null && holdsStill(before, run, rules);
  const next: Course = {
    ...(isKnown ? before : beginning(run)),
    ...flapping,
    run,
    isFirst: !isKnown,
    alikeRuns: before?.kinds.at(-1) === kind ? before.alikeRuns + 1 : 1,
  };
  return kind === 'u' ? afterUnknown(next, rules) : afterKnown(next, kind, rules);
}

type Flapping = Pick<Course, 'kinds' | 'changes' | 'isFlapping'>;

function flappingAfter(before: Flapping | null, kind: RunKind, rules: AlertRules): Flapping {
  if (before === null) return { kinds: kind, changes: 0, isFlapping: false };
  const longer = before.kinds + kind;
  const kinds = longer.slice(-rules.flapRuns);
  const came = before.kinds.at(-1) === kind ? 0 : 1;
  const went = kinds.length === longer.length || longer[0] === longer[1] ? 0 : 1;
  const changes = before.changes + came - went;
  return { kinds, changes, isFlapping: flaps({ kinds, changes, isFlapping: before.isFlapping }, rules) };
}

function holdsStill(before: Course, { at }: JudgedRun, { forgottenHours }: AlertRules): boolean {
  return minutesBetween(before.run.at, at) <= forgottenHours * 60;
}

function beginning(run: JudgedRun): Course {
  return {
    run,
    state: 'closed',
    since: run.at,
    known: { state: 'closed', since: run.at },
    badLevel: null,
    judged: '',
    good: { runs: 0, since: null },
    unknownRuns: 0,
    lastKnownAt: run.at,
    opened: 'by-count',
    isFirst: true,
    kinds: '',
    changes: 0,
    alikeRuns: 0,
    isFlapping: false,
  };
}

function afterUnknown(before: Course, rules: AlertRules): Course {
  const course = { ...before, unknownRuns: before.unknownRuns + 1 };
  const isUnknown = course.judged.length === 0 || isBlind(course, rules);
  if (course.state === 'unknown' || !isUnknown) return course;
  return { ...course, state: 'unknown', since: course.run.at };
}

/** One run that cannot tell may be bad luck: two running, and longer than what was known may hold. */
function isBlind({ unknownRuns, lastKnownAt, run }: Course, { knownMinutes }: AlertRules): boolean {
  return unknownRuns >= 2 && minutesBetween(lastKnownAt, run.at) > knownMinutes;
}

function afterKnown(course: Course, kind: RunKind, rules: AlertRules): Course {
  const { run, known } = course;
  const badLevel = run.level === 'warning' || run.level === 'critical' ? run.level : null;
  const judged = (course.judged + kind).slice(-rules.openOf);
  const good =
    badLevel === null
      ? { runs: course.good.runs + 1, since: course.good.since ?? run.at }
      : { runs: 0, since: null };
  const next = { ...course, ...known, judged, good, unknownRuns: 0, lastKnownAt: run.at };
  if (known.state === 'open' && badLevel !== null) return { ...next, badLevel };
  if (known.state === 'open' && hasRecovered(next, rules))
    return { ...turned(next, 'closed'), opened: 'by-count', badLevel: null };
  const opened = known.state === 'closed' && badLevel !== null ? openedBy(next, rules) : null;
  return opened === null ? next : { ...turned(next, 'open'), opened, badLevel };
}

function turned(course: Course, state: 'open' | 'closed'): Course {
  const now = { state, since: course.run.at };
  return { ...course, ...now, known: now };
}

function hasRecovered({ good, run }: Course, { closeGood, closeMinutes }: AlertRules): boolean {
  if (good.since === null || good.runs < closeGood) return false;
  return minutesBetween(good.since, run.at) >= closeMinutes;
}

/** Null when it does not open yet. */
function openedBy({ judged, run, isFirst }: Course, rules: AlertRules): Course['opened'] | null {
  if (run.grounds.some((ground) => ground !== run.grounds[0])) return 'agreed';
  if (countOf(judged, 'b') >= rules.openBad) return 'by-count';
  return isFirst && rules.opensAtFirst ? 'at-first' : null;
}

function kindOf({ level }: JudgedRun): RunKind {
  switch (level) {
    case 'ok':
      return 'g';
    case 'warning':
    case 'critical':
      return 'b';
    case 'unknown':
      return 'u';
  }
}

function flaps(
  { kinds, changes, isFlapping }: Flapping,
  { flapRuns, flapLeastRuns, flapAbove, flapAboveOfFew, flapBelow }: AlertRules,
): boolean {
  if (kinds.length < flapLeastRuns) return isFlapping;
  const share = changes / (kinds.length - 1);
  if (isFlapping) return share >= flapBelow;
  return share > (kinds.length < flapRuns ? flapAboveOfFew : flapAbove);
}

function standingAfter(course: Course, rules: AlertRules): Standing {
  const { run, state, since, known, badLevel, judged, kinds, alikeRuns, isFirst, isFlapping } = course;
  const badRuns = countOf(judged, 'b');
  return {
    ...{ at: run.at, state, since, known: known.state, badLevel, isFirst, isFlapping },
    isBlind: isBlind(course, rules),
    isCalm: alikeRuns >= rules.calmRuns,
    badRuns,
    isSteadilyBad: alikeRuns >= 2 && kinds.endsWith('b'),
    isAgreed: opensEarly(course, rules) && course.opened === 'agreed',
  };
}

/** It was bad, and open, before so many runs said so. */
function opensEarly({ state, good, judged, opened }: Course, { openBad }: AlertRules): boolean {
  return state === 'open' && good.runs === 0 && opened !== 'by-count' && countOf(judged, 'b') < openBad;
}

function countOf(kinds: string, kind: RunKind): number {
  let count = 0;
  for (const each of kinds) if (each === kind) count += 1;
  return count;
}

export function minutesBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 60_000;
}

function sayingOf(course: Course, rules: AlertRules): string {
  const flapping = course.isFlapping ? '; they change too often to tell each change' : '';
  return `${plainSaying(course, rules)}${flapping}`;
}

function plainSaying(course: Course, rules: AlertRules): string {
  const { closeGood, closeMinutes, openBad, openOf, noun } = rules;
  const { state, known, judged, good, opened, lastKnownAt, run } = course;
  if (state === 'unknown') {
    if (judged.length === 0) return `no ${noun} could tell so far`;
    const minutes = Math.round(minutesBetween(lastKnownAt, run.at));
    return `no ${noun} could tell for ${minutes} minutes; before that the alert was ${known.state}`;
  }
  if (state === 'open' && good.runs > 0)
    return `${counted(good.runs, `good ${noun}`)} running; ${closeGood} over ${closeMinutes} minutes close it`;
  const bad = countOf(judged, 'b');
  if (opened !== 'by-count' && opensEarly(course, rules)) return OPENED_TEXTS[opened](noun);
  const found = `${bad} of the last ${counted(judged.length, noun)} ${bad === 1 ? 'was' : 'were'} bad`;
  return state === 'open' ? found : `${found}; ${openBad} of ${openOf} open it`;
}

const OPENED_TEXTS = {
  agreed: () => 'independent signals agree',
  'at-first': (noun: string) => `no earlier ${noun} was known, so one bad ${noun} opened it`,
} as const;

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
