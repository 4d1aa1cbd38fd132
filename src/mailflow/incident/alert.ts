/**
 * When an alert opens and closes, over the looks that were kept: slow enough that one bad look wakes nobody, quick
 * enough that an outage is told at its third. A look that could not tell neither opens nor closes.
 */
import type { AlertState } from './assessment.js';
import type { Look } from './look.js';
import type { SignalName } from './signal.js';

export const ALERT_RULES = {
  /** Opens when so many… */
  openBad: 3,
  /** …of the last looks that could tell were bad. */
  openOf: 5,
  /** Closes after so many good looks running… */
  closeGood: 5,
  /** …that span so much time. */
  closeMinutes: 10,
  /** What was known last holds so long, while looks cannot tell. */
  knownMinutes: 60,
  /** After so long without any look it begins anew. */
  forgottenHours: 12,
  /** Changes between so many looks are counted. */
  flapLooks: 21,
  /** Flapping begins when more than this share of them changed… */
  flapAbove: 0.5,
  /** …where there are fewer looks, of so many at least, when more than this did… */
  flapLeastLooks: 9,
  flapAboveOfFew: 0.75,
  /** …and ends when less did. */
  flapBelow: 0.25,
  /** Of one alert nobody is told twice within this time. */
  againHours: 4,
} as const;

/** By the looks up to the last one, which is this one; null where there is none. */
export function alertOf(looks: readonly Look[]): AlertState | null {
  let last: Course | null = null;
  for (const course of coursesOf(looks)) last = course;
  if (last === null) return null;
  const { state, since, isFlapping } = last;
  return { state, since, isFlapping, says: sayingOf(last) };
}

export interface Notice {
  /** `still-open` is told again of an alert that goes on. */
  readonly kind: 'open' | 'still-open' | 'close' | 'unknown' | 'flapping';
  readonly at: Date;
}

/** What a person would have been told, look by look. */
export function noticesOf(looks: readonly Look[]): readonly Notice[] {
  const notices: Notice[] = [];
  let told: Told = { alert: 'closed', isUnknown: false, isFlapping: false, openAt: null, unknownAt: null };
  for (const course of coursesOf(looks)) {
    const kind = newsOf(course, told);
    if (kind !== null) notices.push({ kind, at: course.look.at });
    told = afterTelling(course, told, kind);
  }
  return notices;
}

type LookKind = 'good' | 'bad' | 'unknown';

/** Where the alert stands after a look. */
interface Course {
  readonly look: Look;
  readonly state: AlertState['state'];
  readonly since: Date;
  /** What it was when a look could tell last; equal to the state unless that is unknown. */
  readonly known: { readonly state: 'open' | 'closed'; readonly since: Date };
  /** The last that could tell, oldest first. */
  readonly judged: readonly LookKind[];
  /** Good ones running. */
  readonly good: { readonly looks: number; readonly since: Date | null };
  /** Those running that could not tell. */
  readonly unknownLooks: number;
  /** When one could tell last; at first, when the looks began. */
  readonly lastKnownAt: Date;
  /** True when it opened because signals agreed. */
  readonly isAgreed: boolean;
  /** All of them, for flapping; oldest first. */
  readonly kinds: readonly LookKind[];
  readonly isFlapping: boolean;
}

/** Those after the last one are from a clock that was wrong. */
function* coursesOf(looks: readonly Look[]): Iterable<Course> {
  const last = looks.at(-1);
  if (last === undefined) return;
  const inTime = looks.filter(({ at }) => at <= last.at);
  let course: Course | null = null;
  for (const look of inTime.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    course = courseAfter(course, look);
    yield course;
  }
}

function courseAfter(before: Course | null, look: Look): Course {
  const kind = kindOf(look);
  const kinds = [...(before?.kinds ?? []), kind].slice(-ALERT_RULES.flapLooks);
  const course = before !== null && holdsStill(before, look) ? before : beginning(look);
  const flapping = { kinds, isFlapping: flaps(kinds, before?.isFlapping ?? false) };
  const next = { ...course, look, ...flapping };
  return kind === 'unknown' ? afterUnknown(next) : afterKnown(next, kind);
}

function holdsStill(before: Course, { at }: Look): boolean {
  return minutesBetween(before.look.at, at) <= ALERT_RULES.forgottenHours * 60;
}

function beginning(look: Look): Course {
  return {
    look,
    state: 'closed',
    since: look.at,
    known: { state: 'closed', since: look.at },
    judged: [],
    good: { looks: 0, since: null },
    unknownLooks: 0,
    lastKnownAt: look.at,
    isAgreed: false,
    kinds: [],
    isFlapping: false,
  };
}

function afterUnknown(before: Course): Course {
  const course = { ...before, unknownLooks: before.unknownLooks + 1 };
  const isUnknown = course.judged.length === 0 || isBlind(course);
  if (course.state === 'unknown' || !isUnknown) return course;
  return { ...course, state: 'unknown', since: course.look.at };
}

/** One look that cannot tell may be bad luck: two running, and longer than what was known may hold. */
function isBlind({ unknownLooks, lastKnownAt, look }: Course): boolean {
  return unknownLooks >= 2 && minutesBetween(lastKnownAt, look.at) > ALERT_RULES.knownMinutes;
}

function afterKnown(course: Course, kind: 'good' | 'bad'): Course {
  const { look, known } = course;
  const judged = [...course.judged, kind].slice(-ALERT_RULES.openOf);
  const good =
    kind === 'good'
      ? { looks: course.good.looks + 1, since: course.good.since ?? look.at }
      : { looks: 0, since: null };
  const next = { ...course, ...known, judged, good, unknownLooks: 0, lastKnownAt: look.at };
  if (known.state === 'open' && hasRecovered(next)) return turned({ ...next, isAgreed: false }, 'closed');
  if (known.state === 'closed' && kind === 'bad' && mustOpen(next))
    return turned({ ...next, isAgreed: agree(look) }, 'open');
  return next;
}

function turned(course: Course, state: 'open' | 'closed'): Course {
  const now = { state, since: course.look.at };
  return { ...course, ...now, known: now };
}

function hasRecovered({ good, look }: Course): boolean {
  if (good.since === null || good.looks < ALERT_RULES.closeGood) return false;
  return minutesBetween(good.since, look.at) >= ALERT_RULES.closeMinutes;
}

function mustOpen({ judged, look }: Course): boolean {
  return agree(look) || countOf(judged, 'bad') >= ALERT_RULES.openBad;
}

function kindOf({ level }: Look): LookKind {
  switch (level) {
    case 'ok':
      return 'good';
    case 'warning':
    case 'critical':
      return 'bad';
    case 'unknown':
      return 'unknown';
  }
}

/** What a signal rests on. Two that rest on the same do not confirm each other. */
const GROUND_BY_SIGNAL: Readonly<Record<SignalName, 'mail' | 'microsoft' | 'our own tries' | 'our set-up'>> =
  {
    trace: 'mail',
    inbound: 'mail',
    looks: 'mail',
    health: 'microsoft',
    'status-page': 'microsoft',
    'sign-in': 'our own tries',
    reach: 'our own tries',
    connectors: 'our set-up',
  };

function agree({ badSignals }: Look): boolean {
  return new Set(badSignals.map((name) => GROUND_BY_SIGNAL[name])).size >= 2;
}

function flaps(kinds: readonly LookKind[], was: boolean): boolean {
  const { flapLooks, flapLeastLooks, flapAbove, flapAboveOfFew, flapBelow } = ALERT_RULES;
  if (kinds.length < flapLeastLooks) return was;
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  const share = changes / (kinds.length - 1);
  if (was) return share >= flapBelow;
  return share > (kinds.length < flapLooks ? flapAboveOfFew : flapAbove);
}

function countOf(kinds: readonly LookKind[], kind: LookKind): number {
  return kinds.filter((each) => each === kind).length;
}

function minutesBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 60_000;
}

function sayingOf(course: Course): string {
  const flapping = course.isFlapping ? '; they change too often to tell each change' : '';
  return `${plainSaying(course)}${flapping}`;
}

function plainSaying({ state, known, judged, good, isAgreed, lastKnownAt, look }: Course): string {
  const { closeGood, closeMinutes, openBad, openOf } = ALERT_RULES;
  if (state === 'unknown') {
    if (judged.length === 0) return 'no look could tell so far';
    const minutes = Math.round(minutesBetween(lastKnownAt, look.at));
    return `no look could tell for ${minutes} minutes; before that the alert was ${known.state}`;
  }
  if (state === 'open' && good.looks > 0) {
    return `${counted(good.looks, 'good look')} running; ${closeGood} over ${closeMinutes} minutes close it`;
  }
  const bad = countOf(judged, 'bad');
  if (state === 'open' && isAgreed && bad < openBad) return 'independent signals agree';
  const found = `${bad} of the last ${counted(judged.length, 'look')} ${bad === 1 ? 'was' : 'were'} bad`;
  return state === 'open' ? found : `${found}; ${openBad} of ${openOf} open it`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** What was told so far. */
interface Told {
  readonly alert: 'open' | 'closed';
  readonly isUnknown: boolean;
  readonly isFlapping: boolean;
  readonly openAt: Date | null;
  readonly unknownAt: Date | null;
}

/** While looks flap nobody is told anything; after that, what has changed against what was told. */
function newsOf(course: Course, told: Told): Notice['kind'] | null {
  if (course.isFlapping) return told.isFlapping ? null : 'flapping';
  const { at } = course.look;
  switch (course.state) {
    case 'unknown':
      return !told.isUnknown && isBlind(course) && mayTell(told.unknownAt, at) ? 'unknown' : null;
    case 'closed':
      return told.alert === 'open' ? 'close' : null;
    case 'open':
      if (!mayTell(told.openAt, at)) return null;
      if (told.alert === 'closed') return 'open';
      return isSteadilyBad(course) ? 'still-open' : null;
  }
}

function afterTelling({ state, isFlapping, look }: Course, told: Told, kind: Notice['kind'] | null): Told {
  const next = { ...told, isFlapping, isUnknown: state === 'unknown' && told.isUnknown };
  switch (kind) {
    case 'open':
    case 'still-open':
      return { ...next, alert: 'open', openAt: look.at };
    case 'close':
      return { ...next, alert: 'closed' };
    case 'unknown':
      return { ...next, isUnknown: true, unknownAt: look.at };
    case 'flapping':
    case null:
      return next;
  }
}

function mayTell(lastAt: Date | null, now: Date): boolean {
  return lastAt === null || minutesBetween(lastAt, now) >= ALERT_RULES.againHours * 60;
}

function isSteadilyBad({ kinds }: Course): boolean {
  return kinds.slice(-2).every((kind) => kind === 'bad');
}
