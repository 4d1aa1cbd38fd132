/** Thresholds of a queue from a policy, a value of any shape. What is wrong is named with its key and the right one. */
import { nearestWord } from '../nearest-word.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from './thresholds.js';

export type ReadThresholds =
  | { readonly ok: true; readonly thresholds: QueueThresholds }
  /** `at` as `"queue.waiting.warningHeld"`. */
  | { readonly ok: false; readonly at: string; readonly expected: string };

/** A policy whole, for errors and for help. */
export const QUEUE_POLICY_EXAMPLE = '{"queue": {"waiting": {"warningHeld": 50}, "expiring": {"held": 100}}}';

/** Of a policy only its `queue` is read; what that does not set is as usual. */
export function readQueueThresholds(policy: unknown): ReadThresholds {
  if (!isObject(policy)) return refuse('the file', `an object, as ${QUEUE_POLICY_EXAMPLE}`);
  const part = policy['queue'];
  if (part === undefined) {
    const meant = nearestWord('queue', Object.keys(policy));
    return meant === null
      ? refuse('the file', `a "queue", as ${QUEUE_POLICY_EXAMPLE}`)
      : refuse(quoted(meant), `"queue" in its place, as ${QUEUE_POLICY_EXAMPLE}`);
  }
  if (!isObject(part)) return refuse('"queue"', `an object, as in ${QUEUE_POLICY_EXAMPLE}`);
  const strange = strangeKey(part, Object.keys(QUEUE_THRESHOLDS), 'queue');
  return strange ?? groupsOf(part);
}

function groupsOf(part: Part): ReadThresholds {
  const waiting = readGroup(part, 'waiting', QUEUE_THRESHOLDS.waiting);
  if (!waiting.ok) return waiting;
  const expiring = readGroup(part, 'expiring', QUEUE_THRESHOLDS.expiring);
  if (!expiring.ok) return expiring;
  const recent = readGroup(part, 'recent', QUEUE_THRESHOLDS.recent);
  if (!recent.ok) return recent;
  const alike = readGroup(part, 'alike', QUEUE_THRESHOLDS.alike);
  if (!alike.ok) return alike;
  const failed = readGroup(part, 'failed', QUEUE_THRESHOLDS.failed);
  if (!failed.ok) return failed;
  return {
    ok: true,
    thresholds: {
      waiting: waiting.value,
      expiring: expiring.value,
      recent: recent.value,
      alike: alike.value,
      failed: failed.value,
    },
  };
}

type Part = Readonly<Record<string, unknown>>;
type Setting = number | readonly number[];
type Refused = Extract<ReadThresholds, { readonly ok: false }>;
type ReadGroup<Group> = { readonly ok: true; readonly value: Group } | Refused;

/** The usual settings of a group with those that are given. */
function readGroup<Group extends object>(part: Part, name: string, usual: Group): ReadGroup<Group> {
  const given = part[name];
  const place = `queue.${name}`;
  if (given === undefined) return { ok: true, value: usual };
  if (!isObject(given)) return refuse(quoted(place), `an object, as in ${QUEUE_POLICY_EXAMPLE}`);
  const strange = strangeKey(given, Object.keys(usual), place);
  if (strange !== null) return strange;
  let value = usual;
  for (const [key, setting] of Object.entries(given)) {
    const { accepted, isGood } = ACCEPTED[kindOf(key)];
    if (!isGood(setting)) return refuse(quoted(`${place}.${key}`), accepted);
    value = { ...value, [key]: setting };
  }
  return { ok: true, value };
}

function strangeKey(given: Part, known: readonly string[], place: string): Refused | null {
  const strange = Object.keys(given).find((key) => !known.includes(key));
  if (strange === undefined) return null;
  const meant = nearestWord(strange, known);
  const keys = `"${place}" has ${known.join(', ')}`;
  return refuse(
    quoted(`${place}.${strange}`),
    meant === null ? `a key that there is: ${keys}` : `"${meant}" in its place; ${keys}`,
  );
}

const MOST = 1_000_000_000;
/** Nothing in a queue is older. */
const MOST_MINUTES = 90 * 24 * 60;

interface Accepted {
  readonly accepted: string;
  readonly isGood: (setting: unknown) => setting is Setting;
}

type SettingKind = 'share' | 'spans' | 'span' | 'count';

const ACCEPTED: Readonly<Record<SettingKind, Accepted>> = {
  share: {
    accepted: 'a share from 0 to 1, as 0.05 for 5 %',
    isGood: (setting): setting is number => isWithin(setting, 0, 1),
  },
  span: {
    accepted: 'a number above 0, as 30',
    isGood: (setting): setting is number => isWithin(setting, Number.MIN_VALUE, MOST_MINUTES),
  },
  spans: {
    accepted: 'one to five numbers of minutes, as [15, 30]',
    isGood: (setting): setting is readonly number[] =>
      Array.isArray(setting) &&
      setting.length >= 1 &&
      setting.length <= 5 &&
      setting.every((minutes) => isWithin(minutes, Number.MIN_VALUE, MOST_MINUTES)),
  },
  count: {
    accepted: 'a whole number from 1, as 20',
    isGood: (setting): setting is number => Number.isInteger(setting) && isWithin(setting, 1, MOST),
  },
};

function kindOf(key: string): SettingKind {
  if (/share/iu.test(key)) return 'share';
  if (key === 'minutes' || key === 'longerMinutes') return 'spans';
  return /minutes|hours/iu.test(key) ? 'span' : 'count';
}

function isWithin(setting: unknown, least: number, most: number): setting is number {
  return typeof setting === 'number' && setting >= least && setting <= most;
}

function refuse(at: string, expected: string): Refused {
  return { ok: false, at, expected };
}

/** Keys come from outside and may be of any length. */
function quoted(key: string): string {
  return `"${key.slice(0, 100)}"`;
}

function isObject(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
