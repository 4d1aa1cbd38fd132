/** One look at the queue: what is held, what that means, and what has moved since the looks before. */
import type { Answer, Conclusion } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import { limitsOf } from '#mailflow/check/check-policy.js';
import type { ListedMail } from '#mailflow/queue/held-accounts.js';
import { openHeldKeys } from '#mailflow/queue/held-keys.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { judgeHeld } from '#mailflow/queue/judge-held.js';
import type { MailRate } from '#mailflow/queue/mail-rate.js';
import { isInQueue } from '#mailflow/queue/queue-clock.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { ExaminedDelivery, Survey } from '#mailflow/trace/survey.js';
import { DEFAULT_EXPIRATION_HOURS } from '#mailflow/trace/to-delivery.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import { readPolicy } from '../check/read-policy.js';
import { askExpiration, keptExpiration, openExpirationDesk, untilLeft } from '../trace/ask-expiration.js';
import { askSurvey } from '../trace/ask-survey.js';
import { sourceNote, surveyWindow, withRequests } from '../trace/conclude.js';
import { askRate } from './ask-rate.js';
import type { QueueAnswer } from './queue-answer.js';
import { openQueueCounts } from './queue-counts.js';
import { type DiffChoice, seeMovement } from './queue-movement.js';
import type { QueueOptions } from './queue-options.js';

export async function* lookAtQueue(
  asked: QueueOptions,
  diff: DiffChoice,
  ports: Ports,
): Answer<Delivery, QueueAnswer> {
  const { policy } = await readPolicy(asked.policy, ports);
  const thresholds = limitsOf(policy).queue;
  const options = await reachingBack(asked, ports);
  const expiration = openExpirationDesk((dropped) => askExpiration(options.request, ports, dropped));
  const examinedByDelivery = new WeakMap<Delivery, ExaminedDelivery>();
  const { source, walk } = await askSurvey(options, ports, {
    ...{ examines: ['held'], expiration },
    onExamined: (examined) => examinedByDelivery.set(examined.delivery, examined),
  });
  const now = source.asOf() ?? ports.now();
  const { query, top, olderSeconds, by: grouping, request } = options;
  const watch = openHeldWatch({ now, thresholds });
  const keys = openHeldKeys();
  const counts = openQueueCounts({ grouping, olderSeconds, now, examinedByDelivery });
  const see = (rows: readonly Delivery[]): readonly Delivery[] => {
    for (const delivery of rows.filter((each) => isJudged(each, now))) {
      watch.observe(delivery);
      keys.observe(delivery);
    }
    return rows.filter((delivery) => counts.observe(delivery));
  };
  const survey = yield* untilLeft(seeing(walk, see), expiration);
  const { hours, why, requests } = (await expiration.outcome()) ?? NOT_ASKED;
  if (why !== null && source.kind !== 'file')
    ports.note(`When mail expires is assumed, 24 h after its receipt: ${why}.`);
  for (const note of survey.notes) ports.note(note);
  const look = { source, query, thresholds, now };
  const { tally, rate, newestAt } = await askRate({ ...look, watch }, ports);
  const seen = { survey, tally, rate, newestAt, keys: keys.keys(), diff, keepsHistory: request.keepsHistory };
  const leastSecondsAgo = typeof options.diff === 'number' ? options.diff : 0;
  const movement = await seeMovement({ ...look, ...seen, leastSecondsAgo }, ports);
  const answer = { survey, tally, top, olderSeconds, expirationHours: hours, movement, ...counts.counts() };
  return concludeQueue(answer, {
    source: withRequests(source, requests),
    rate,
    thresholds,
    now: ports.now(),
  });
}

async function* seeing<Rows, Result>(
  walk: AsyncGenerator<Rows, Result, void>,
  see: (rows: Rows) => Rows,
): AsyncGenerator<Rows, Result, void> {
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) yield see(step.value);
  return step.value;
}

const NOT_ASKED = { hours: null, why: null, requests: 0 };

/** A tenant that keeps mail for longer than is usual is looked at as far back, unless a window was named. */
async function reachingBack(options: QueueOptions, ports: Ports): Promise<QueueOptions> {
  const { query, isWindowAsked, request } = options;
  const hours = isWindowAsked ? null : (await keptExpiration(request, ports)).hours;
  if (query.window === null || hours === null) return options;
  const { from, to } = query.window;
  const earliest = new Date(to.getTime() - hours * 3_600_000);
  return earliest >= from ? options : { ...options, query: { ...query, window: { from: earliest, to } } };
}

/** What is past its expiry is in no queue any more, and no sign of one. */
function isJudged(delivery: Delivery, now: Date): boolean {
  return !delivery.held || isInQueue(delivery, now);
}

interface Concluding {
  readonly source: TraceSource;
  readonly rate: MailRate | null;
  readonly thresholds: QueueThresholds;
  readonly now: Date;
}

function concludeQueue(
  answer: QueueAnswer,
  { source, rate, thresholds, now }: Concluding,
): Conclusion<QueueAnswer> {
  const { survey, tally, movement } = answer;
  const mail = source.kind === 'file' ? listedMail(survey) : null;
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: source.tenant,
    source: sourceNote(source),
    window: surveyWindow(survey, source, now),
    findings: judgeHeld(tally, { mail, rate, source: source.kind }, thresholds),
    incomplete: [...survey.gaps, ...movement.gaps],
  };
}

/** An export holds all mail, so that shares can be told. */
function listedMail({ deliveries, window }: Survey): ListedMail | null {
  if (window === null) return null;
  return { deliveries, windowMinutes: (window.to.getTime() - window.from.getTime()) / 60_000 };
}

function summaryOf({ survey, times, by, waits, examined, movement, ...answer }: QueueAnswer): object {
  return {
    ...times,
    olderThanSeconds: answer.olderSeconds,
    expiration: {
      hours: answer.expirationHours ?? DEFAULT_EXPIRATION_HOURS,
      basis: answer.expirationHours === null ? 'assumed-24h' : 'transport-config',
    },
    by,
    waits,
    examined,
    reasons: survey.reasons.held,
    heldInnocent: survey.heldInnocent,
    trend: movement.trend,
    ...(movement.diff === null ? {} : { diff: movement.diff }),
  };
}
