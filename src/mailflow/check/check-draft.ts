/** What a check says of one run, before anybody asks how many runs said so: the worst that was found, or why it cannot tell. */
import type { Finding, Gap } from '../finding.js';
import type { Signal, Trouble } from '../incident/signal.js';
import { CATALOGUE } from './catalogue.js';
import type { CheckLevel, CheckResult, Measure } from './check-result.js';
import type { CheckId } from './check-settings.js';

export interface CheckDraft {
  /** The worst first. Those that only inform are told and do not count. */
  readonly findings: readonly Finding[];
  /** Why it cannot tell; null where it can. */
  readonly blind: Blindness | null;
  /** What was seen, with numbers; also where something is wrong. Null where nothing was seen. */
  readonly seen: string | null;
  /** More of what was seen, a sentence each. */
  readonly evidence?: readonly string[];
  readonly measures: readonly Measure[];
}

/** `hides`: what was found may be all or may be a small part, so that it is no warning either. */
export interface Blindness extends Trouble {
  readonly isAsked: boolean;
  readonly hides: boolean;
}

/** Null where the signal was seen whole and now. */
export function blindnessOf({
  quality,
  why,
  reason,
  remedy,
  retryAfterSeconds,
}: Signal<unknown>): Blindness | null {
  if (quality === 'fresh') return null;
  return {
    why: why ?? 'unknown why',
    reason: reason ?? quality,
    remedy: remedy ?? 'Ask again.',
    retryAfterSeconds,
    isAsked: reason !== NOT_ASKED,
    hides: false,
  };
}

export const NOT_ASKED = 'not-asked';

export function blindBy(trouble: Trouble, isAsked = true): Blindness {
  return { ...trouble, isAsked, hides: false };
}

/** What could not be read decides. */
export function hiddenBy({ what, reason, remedy, retryAfterSeconds }: Gap): Blindness {
  const why = `not to be told: ${what.replace(/\.$/u, '')}`;
  return { why, reason, remedy, retryAfterSeconds, isAsked: true, hides: true };
}

/** As this run has it by itself. */
export function resultOf(id: CheckId, draft: CheckDraft, isRequired: boolean): CheckResult {
  const { findings, blind, measures, evidence = [] } = draft;
  const counting = findings.filter(({ level }) => level !== 'info');
  const seen = seenLevel(counting, blind, isRequired);
  const isTold = seen === 'warning' || seen === 'critical';
  const cannotTell = seen === 'unknown' || seen === 'skipped' ? blind : null;
  const [worst] = counting;
  return {
    ...{ id, title: CATALOGUE[id].title, isRequired, seen },
    level: alone(seen, isRequired),
    says: withoutAddresses(sentenceOf(draft, isTold ? (worst ?? null) : null, cannotTell)),
    evidence: [...findings.slice(0, MOST_FINDINGS).flatMap(evidenceOf), ...evidence].slice(0, MOST_SENTENCES),
    remedy: isTold ? (worst?.remedy ?? null) : (cannotTell?.remedy ?? null),
    reason: cannotTell?.reason ?? null,
    retryAfterSeconds: cannotTell?.retryAfterSeconds ?? null,
    measures,
    course: null,
  };
}

/** What one run alone reports: a check that nobody requires does not make the whole unknown. */
export function alone(seen: CheckLevel, isRequired: boolean): CheckLevel {
  return seen === 'unknown' && !isRequired ? 'skipped' : seen;
}

/** What is not seen freshly may warn, as its findings say; what hides is unknown, unless something is proven. */
function seenLevel(counting: readonly Finding[], blind: Blindness | null, isRequired: boolean): CheckLevel {
  if (counting.some(({ level }) => level === 'critical')) return 'critical';
  if (blind?.hides === true) return 'unknown';
  if (counting.length > 0) return 'warning';
  if (blind === null) return 'ok';
  return blind.isAsked || isRequired ? 'unknown' : 'skipped';
}

const MOST_FINDINGS = 6;
const MOST_SENTENCES = 16;

function evidenceOf({ title, subject, evidence }: Finding): readonly string[] {
  const name = title.includes(subject) ? title : `${title} (${subject})`;
  return [`${name}.`.replace(/[.!?]\.$/u, '.'), ...evidence];
}

function sentenceOf({ seen }: CheckDraft, worst: Finding | null, cannotTell: Blindness | null): string {
  if (cannotTell?.isAsked === false) return `Not asked: ${cannotTell.why}.`;
  if (cannotTell !== null)
    return [`Cannot tell: ${cannotTell.why}.`, ...(seen === null ? [] : [seen])].join(' ');
  if (worst !== null) return seen === null ? `${worst.title}.` : `${worst.title}: ${firstLower(seen)}`;
  return seen ?? 'Nothing is wrong.';
}

function firstLower(text: string): string {
  return /^[A-Z][a-z ]/u.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

const MOST_CHARACTERS = 400;

/** Titles and reasons come from outside. A sentence goes to monitors, where no address belongs. */
function withoutAddresses(text: string): string {
  const plain = text.replace(/\S+/gu, (word) => (word.includes('@') ? '…' : word));
  return plain.length <= MOST_CHARACTERS ? plain : `${plain.slice(0, MOST_CHARACTERS - 1)}…`;
}
