/** One thing that can stop the first answer, as it was judged. */

export type CheckState = 'ok' | 'warning' | 'broken' | 'unknown' | 'skipped';

export interface DoctorCheck {
  /** Stable id in kebab-case, as `token-graph`. */
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  /** One sentence. May hold remote text. */
  readonly says: string;
  /** A sentence each. May hold remote text. */
  readonly evidence: readonly string[];
  /** What to do, imperative; null where nothing is to be done. */
  readonly cure: string | null;
  /** Why, in one word: `sign-in`, `permission`, `configuration`, `unreachable`, `throttled` …; null where all is well. */
  readonly reason: string | null;
  readonly retryAfterSeconds: number | null;
  /** Of the check because of which this one was skipped. */
  readonly after: string | null;
}

/** The id of the one that stops no question, and spoils the answers. */
export const CLOCK = 'clock';

type Titled = Pick<DoctorCheck, 'id' | 'title'>;
type Told = Pick<DoctorCheck, 'id' | 'title' | 'says'> & Partial<DoctorCheck>;

export function okCheck(told: Told): DoctorCheck {
  return { ...BLANK, state: 'ok', ...told };
}

export function warningCheck(told: Told & { readonly cure: string }): DoctorCheck {
  return { ...BLANK, state: 'warning', reason: 'configuration', ...told };
}

export function brokenCheck(told: Told & { readonly cure: string; readonly reason: string }): DoctorCheck {
  return { ...BLANK, state: 'broken', ...told };
}

/** Not looked at, and nothing is missing by that. */
export function skippedCheck(told: Told): DoctorCheck {
  return { ...BLANK, state: 'skipped', ...told };
}

/** An earlier one stands before it; which, is known when all are judged. */
export function notLookedAt({ id, title }: Titled): DoctorCheck {
  return { ...BLANK, id, title, state: 'skipped', says: '' };
}

const BLANK = {
  evidence: [],
  cure: null,
  reason: null,
  retryAfterSeconds: null,
  after: null,
} as const;
