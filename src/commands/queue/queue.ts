import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { olderFlag, policyFlag, queueByFlag, topFlag } from '#cli/queue-flags.js';
import type { ListedMail } from '#mailflow/queue/held-accounts.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { judgeHeld } from '#mailflow/queue/judge-held.js';
import type { MailRate } from '#mailflow/queue/mail-rate.js';
import { isInQueue } from '#mailflow/queue/queue-clock.js';
import { QUEUE_POLICY_EXAMPLE } from '#mailflow/queue/read-queue-thresholds.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { DEFAULT_EXPIRATION_HOURS } from '#mailflow/trace/to-delivery.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import { askExpiration } from '../trace/ask-expiration.js';
import { askSurvey } from '../trace/ask-survey.js';
import { sourceNote, surveyWindow, withRequests } from '../trace/conclude.js';
import type { ExpectedDetails } from '../trace/plan-trace.js';
import { planVariant } from '../trace/plan-trace.js';
import { TRACE_PERMISSIONS } from '../trace/trace-options.js';
import { askRate } from './ask-rate.js';
import { queueViews } from './queue.view.js';
import type { QueueAnswer } from './queue-answer.js';
import { openQueueCounts } from './queue-counts.js';
import type { QueueOptions } from './queue-options.js';
import { parseQueue } from './queue-options.js';
import { thresholdsOf } from './queue-policy.js';

const SCREEN_ROWS = 5;

export const queue = defineCommand<QueueOptions, Delivery, QueueAnswer>({
  words: ['queue'],
  summary: 'Show what is still held (4.x): how old, where to, why, and when it expires',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'queue --drill=june-2026' },
    { does: 'All held mail of the last two days', line: 'queue' },
    {
      does: 'At which hosts it is stuck, if it is for half an hour',
      line: 'queue --by next-hop --older 30m',
    },
    { does: 'Why it waits', line: 'queue --by reason' },
    { does: 'Held mail to one partner', line: 'queue --recipient "*@fabrikam.example"' },
    { does: 'Every held delivery with its ids, as a sheet', line: 'queue --format csv' },
    { does: 'In a script: exit code 1 or 2 when mail is stuck', line: 'queue --sample 30 --format json' },
  ],
  about: `Only held mail is listed, so few requests are needed; what is refused before the service accepts it is in no trace. Domains and senders are counted, reasons and next hops are estimated from the details that were read, with 95 % ranges. The expiry is the MessageExpiration of your tenant, asked of Exchange at most once a day, else 24 h after the receipt are assumed. What is held past it is not counted: its status is late, or it waits for a person. A policy sets limits for the verdict, as ${QUEUE_POLICY_EXAMPLE}.`,
  flags: [
    queueByFlag,
    topFlag,
    olderFlag,
    policyFlag,
    flags.sinceFlag,
    flags.fromFlag,
    flags.toFlag,
    flags.senderFlag,
    flags.recipientFlag,
    flags.domainFlag,
    flags.sampleFlag,
    ...flags.TRACE_SOURCE_FLAGS,
  ],
  judges: true,
  schema: 'mailcheck.queue/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseQueue,
  run: runQueue,
  views: queueViews,
  variants: [planVariant<QueueOptions>(detailsOf)],
});

function detailsOf({ sample }: QueueOptions): ExpectedDetails {
  const most = sample === 'none' ? 0 : sample;
  return { detailsOf: 'held deliveries', details: { atLeast: 0, atMost: most === 'all' ? null : most } };
}

async function* runQueue(options: QueueOptions, ports: Ports): Answer<Delivery, QueueAnswer> {
  const thresholds = await thresholdsOf(options.policy, ports);
  const expiration = askExpiration(options.request, ports);
  const opened: { counts: ReturnType<typeof openQueueCounts> | null } = { counts: null };
  const { source, walk } = await askSurvey(options, ports, {
    ...{ examines: ['held'], expiration },
    onExamined: (examined) => opened.counts?.examine(examined),
  });
  const now = source.asOf() ?? ports.now();
  const watch = openHeldWatch({ now, thresholds });
  const counts = openQueueCounts({ grouping: options.by, olderSeconds: options.olderSeconds, now });
  opened.counts = counts;
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) {
    for (const delivery of step.value) if (isJudged(delivery, now)) watch.observe(delivery);
    yield step.value.filter((delivery) => counts.observe(delivery));
  }
  const survey = step.value;
  const { hours, why, requests } = await expiration;
  if (why !== null && survey.held > 0 && source.kind !== 'file')
    ports.note(`When mail expires is assumed, 24 h after its receipt: ${why}.`);
  for (const note of survey.notes) ports.note(note);
  const { query, top, olderSeconds } = options;
  const { tally, rate } = await askRate({ source, query, watch, thresholds, now }, ports);
  const answer = { survey, tally, top, olderSeconds, expirationHours: hours, ...counts.counts() };
  return concludeQueue(answer, {
    source: withRequests(source, requests),
    rate,
    thresholds,
    now: ports.now(),
  });
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
  const { survey, tally } = answer;
  const mail = source.kind === 'file' ? listedMail(survey) : null;
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: source.tenant,
    source: sourceNote(source),
    window: surveyWindow(survey, source, now),
    findings: judgeHeld(tally, { mail, rate, source: source.kind }, thresholds),
    incomplete: survey.gaps,
  };
}

/** An export holds all mail, so that shares can be told. */
function listedMail({ deliveries, window }: Survey): ListedMail | null {
  if (window === null) return null;
  return { deliveries, windowMinutes: (window.to.getTime() - window.from.getTime()) / 60_000 };
}

function summaryOf({ survey, times, by, waits, examined, ...answer }: QueueAnswer): object {
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
  };
}
