import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { openDomainAges } from '#mailflow/queue/domain-ages.js';
import type { ListedMail } from '#mailflow/queue/held-accounts.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { judgeHeld } from '#mailflow/queue/judge-held.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { Survey } from '#mailflow/trace/survey.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import { askSurvey } from '../trace/ask-survey.js';
import { sourceNote, surveyWindow } from '../trace/conclude.js';
import type { ExpectedDetails } from '../trace/plan-trace.js';
import { planVariant } from '../trace/plan-trace.js';
import { TRACE_PERMISSIONS } from '../trace/trace-options.js';
import { queueViews } from './queue.view.js';
import type { QueueAnswer } from './queue-answer.js';
import { knownReasons } from './queue-answer.js';
import type { QueueOptions } from './queue-options.js';
import { parseQueue } from './queue-options.js';

const SCREEN_ROWS = 5;

export const queue = defineCommand<QueueOptions, Delivery, QueueAnswer>({
  words: ['queue'],
  summary: 'Show what is still held (4.x): how old, where to, why, and when it expires',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'queue --drill=june-2026' },
    { does: 'All held mail of the last two days', line: 'queue' },
    { does: 'Held mail to one partner', line: 'queue --recipient "*@fabrikam.example"' },
    { does: 'Every held delivery with its ids, as a sheet', line: 'queue --format csv' },
    { does: 'In a script: exit code 1 or 2 when mail is stuck', line: 'queue --sample 30 --format json' },
  ],
  about:
    'Only held mail is listed, so few requests are needed; what is refused before the service accepts it is in no trace. The expiry is 24 h after the receipt, which is the default of Exchange Online. What is held past it has a late status in the trace, or waits for a person.',
  flags: [
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
  const { source, walk } = await askSurvey(options, ports, { examines: ['held'] });
  const now = source.asOf() ?? ports.now();
  const watch = openHeldWatch({ now });
  const ages = openDomainAges(now);
  let step = await walk.next();
  for (; step.done !== true; step = await walk.next()) {
    const held = step.value.filter((delivery) => delivery.held);
    for (const delivery of step.value) watch.observe(delivery);
    for (const delivery of held) ages.observe(delivery);
    yield held;
  }
  const survey = step.value;
  for (const note of survey.notes) ports.note(note);
  return concludeQueue({ survey, tally: watch.tally(), domains: ages.domains() }, source, ports.now());
}

function concludeQueue(answer: QueueAnswer, source: TraceSource, now: Date): Conclusion<QueueAnswer> {
  const { survey, tally } = answer;
  return {
    result: answer,
    summary: summaryOf(answer),
    tenant: source.tenant,
    source: sourceNote(source),
    window: surveyWindow(survey, source, now),
    findings: judgeHeld(tally, {
      mail: source.kind === 'file' ? listedMail(survey) : null,
      source: source.kind,
    }),
    incomplete: survey.gaps,
  };
}

/** An export holds all mail, so that shares can be told. */
function listedMail({ deliveries, window }: Survey): ListedMail | null {
  if (window === null) return null;
  return { deliveries, windowMinutes: (window.to.getTime() - window.from.getTime()) / 60_000 };
}

function summaryOf(answer: QueueAnswer): object {
  const { survey, tally, domains } = answer;
  return {
    total: survey.held,
    oldest: survey.oldestHeld,
    buckets: tally.buckets,
    domains,
    expiringWithin4h: survey.expiringWithin4h,
    pastExpiry: survey.pastExpiry,
    reasons: survey.reasons.held,
    knownReasons: knownReasons(answer),
    heldInnocent: survey.heldInnocent,
  };
}
