import type { ReasonEstimate, ReasonShare } from '../sampling/estimate-reasons.js';
import type { Survey } from './survey.js';

/** The few numbers that answer an outage's first question. */
export interface Headline {
  readonly deliveries: number;
  readonly messages: number;
  readonly held: PopulationHeadline;
  readonly failed: PopulationHeadline;
  /** Age of the oldest held delivery; null when none is held. */
  readonly oldestHeldAgeSeconds: number | null;
  readonly expiringWithin4h: number;
  readonly pastExpiry: number;
}

export interface PopulationHeadline {
  readonly count: number;
  /** Deliveries whose detail was read. */
  readonly examined: number;
  /** Null when nothing was examined. */
  readonly mainReason: MainReason | null;
}

/** The largest reason; shares from 0 to 1 of the population. */
export interface MainReason extends Pick<ReasonEstimate, 'reason' | 'party' | 'class'> {
  readonly share: number;
  readonly lowShare: number;
  readonly highShare: number;
}

export function headlineOf(survey: Survey, now: Date): Headline {
  const oldest = survey.oldestHeld;
  return {
    deliveries: survey.deliveries,
    messages: survey.messages,
    held: populationHeadline(survey.reasons.held, survey.held),
    failed: populationHeadline(survey.reasons.failed, survey.failed),
    oldestHeldAgeSeconds:
      oldest === null ? null : Math.max(0, (now.getTime() - oldest.receivedAt.getTime()) / 1000),
    expiringWithin4h: survey.expiringWithin4h,
    pastExpiry: survey.pastExpiry,
  };
}

/** The headline in words: own words and numbers only, so nothing in it needs escaping. */
export function headlineSentences(headline: Headline): string[] {
  const { held, failed } = headline;
  const of = `of ${grouped(headline.deliveries)} deliveries`;
  if (held.count + failed.count === 0) return [`Nothing is held and nothing failed ${of}.`];
  return [
    `${grouped(held.count)} held (still being retried) and ${grouped(failed.count)} failed (final) ${of}.`,
    ...reasonSentence('held', held),
    ...reasonSentence('failed', failed),
    ...waitingSentences(headline),
  ];
}

function populationHeadline(share: ReasonShare, count: number): PopulationHeadline {
  const main = share.by[0];
  return {
    count,
    examined: share.examined,
    mainReason: main === undefined ? null : mainReason(main, share.population),
  };
}

function mainReason(
  { reason, party, class: verdictClass, estimate, low, high }: ReasonEstimate,
  population: number,
): MainReason {
  return {
    reason,
    party,
    class: verdictClass,
    share: estimate / population,
    lowShare: low / population,
    highShare: high / population,
  };
}

function reasonSentence(word: string, population: PopulationHeadline): string[] {
  const main = population.mainReason;
  if (main === null) return population.count === 0 ? [] : [`Why mail is ${word} was not looked up.`];
  const range =
    population.examined === population.count
      ? `${percent(main.share)} %`
      : `about ${percent(main.share)} % (${percentRange(main)}, ${grouped(population.examined)} details read)`;
  return [`Main reason of ${word} mail: ${main.reason} (${main.party}), ${range}.`];
}

function waitingSentences({ oldestHeldAgeSeconds, expiringWithin4h, pastExpiry }: Headline): string[] {
  const sentences: string[] = [];
  if (oldestHeldAgeSeconds !== null)
    sentences.push(`The oldest held one has waited ${ageWords(oldestHeldAgeSeconds)}.`);
  if (expiringWithin4h > 0) sentences.push(`${grouped(expiringWithin4h)} expire within 4 hours.`);
  if (pastExpiry > 0) sentences.push(`${grouped(pastExpiry)} are past their expiry and still shown as held.`);
  return sentences;
}

/** Rounded outward, so that the words promise no more than the numbers. */
function percentRange({ lowShare, highShare }: MainReason): string {
  return `${Math.floor(lowShare * 100)} to ${Math.ceil(highShare * 100)} %`;
}

function percent(share: number): string {
  return String(Math.round(share * 100));
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function ageWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
