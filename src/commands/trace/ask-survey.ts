import type { Ports } from '#cli/ports.js';
import { chanceOf } from '#mailflow/trace/chance-of.js';
import type { JudgeEvents, LateJudge } from '#mailflow/trace/judgement.js';
import type { ServiceTerms } from '#mailflow/trace/question.js';
import type { SurveyOptions, SurveyProgress } from '#mailflow/trace/survey.js';
import { survey } from '#mailflow/trace/survey.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import type { ExpirationDesk } from './ask-expiration.js';
import { progressText } from './progress-text.js';
import type { TraceOptions } from './trace-options.js';

export type AskedOptions = Pick<TraceOptions, 'request' | 'query' | 'sample' | 'ownDomains' | 'terms'>;

interface AskedSurvey {
  readonly source: TraceSource;
  readonly walk: ReturnType<typeof survey>;
}

interface Beside extends Partial<Omit<SurveyOptions, 'expirationHours'>> {
  /** Asked when something is held; not known when absent. */
  readonly expiration?: ExpirationDesk;
}

/** Says the window, opens the source, and gives the survey to walk through. */
export async function askSurvey(
  { request, query, sample, ownDomains, terms }: AskedOptions,
  ports: Ports,
  { expiration, ...more }: Beside,
): Promise<AskedSurvey> {
  sayWindow(query, ports);
  const expirationHours = expiration === undefined ? null : async () => (await expiration.ask()).hours;
  const source = await ports.traces(request);
  const options: SurveyOptions = {
    ...{ query, sample, ownDomains, judge: openJudge(), expirationHours },
    chance: chanceOf,
    hashSeed: Math.floor(ports.random() * 2 ** 32),
    now: source.asOf() ?? momentOf(query, ports),
    onProgress: openPace(source, terms.quota, ports),
    ...more,
  };
  return { source, walk: survey(source, options, ports.signal) };
}

/** The rule book is the largest part of the program, and is not read for a listing that has no events. */
function openJudge(): LateJudge {
  let judge: JudgeEvents | null = null;
  return async (events, status) => {
    judge ??= (await import('#mailflow/trace/judge-events.js')).judgeEvents;
    return judge(events, status);
  };
}

const MOMENT_MS = 60_000;

/** The end of the window where that is now: no age depends on how long it took to open the source. */
export function momentOf({ window }: TraceOptions['query'], ports: Pick<Ports, 'now'>): Date {
  const now = ports.now();
  return window !== null && Math.abs(now.getTime() - window.to.getTime()) < MOMENT_MS ? window.to : now;
}

export function sayWindow({ window }: TraceOptions['query'], ports: Ports): void {
  if (window !== null) ports.note(`Window ${window.from.toISOString()} to ${window.to.toISOString()}`);
}

/** Shows how far it is. The pace is that of the task at hand: listing first, then reading details. */
function openPace(
  source: TraceSource,
  quota: ServiceTerms['quota'],
  ports: Ports,
): (progress: SurveyProgress) => void {
  let task = { isReading: false, sinceMs: ports.now().getTime() };
  return (progress) => {
    const nowMs = ports.now().getTime();
    const isReading = progress.detailsWanted > 0;
    if (isReading !== task.isReading) task = { isReading, sinceMs: nowMs };
    const elapsedSeconds = (nowMs - task.sinceMs) / 1000;
    const quotaLeft = source.quotaLeft?.() ?? null;
    ports.progress(progressText({ ...progress, elapsedSeconds, quotaLeft, quota }));
  };
}
