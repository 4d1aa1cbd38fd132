/**
 * `queue --watch`: one look after the other until somebody stops it. It ends by a signal alone, so its exit code is that of
 * the signal (130, 143) and never a verdict; it is refused at once when not even the first look may be had.
 */
import type { Answer, Conclusion } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import { isRefusal, outcomeOfAnswer } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';

import { attempt } from '../status/attempt.js';
import { lookAtQueue } from './look-at-queue.js';
import type { QueueAnswer } from './queue-answer.js';
import type { QueueOptions } from './queue-options.js';
import type { QueueTick } from './queue-tick.js';
import { watchViews } from './watch.view.js';
import { nextLook } from './watch-rhythm.js';

/** What a look reads of details, at most: the quota is for all tools of the tenant. */
const DETAILS_A_LOOK = 5;

export const watchVariant = defineVariant<QueueOptions, QueueTick, null>({
  isAsked: ({ watchSeconds }) => watchSeconds !== null,
  schema: 'mailcheck.queue-watch/1',
  run: watchQueue,
  views: watchViews,
});

async function* watchQueue(options: QueueOptions, ports: Ports): Answer<QueueTick, null> {
  const everySeconds = options.watchSeconds ?? 0;
  let lastSeenAt: Date | null = null;
  let blindLooks = 0;
  let missed = 0;
  let dueAt = ports.now();
  for (;;) {
    const silent = lastSeenAt === null ? ports : { ...ports, note: () => undefined };
    const asked = await attempt(() => look(movedTo(dueAt, options), silent), ports);
    const failure = asked.kind === 'failed' ? asked.failure : null;
    if (failure !== null && lastSeenAt === null && isRefusal(failure)) throw failure;
    const gap = asked.kind === 'answered' ? (asked.value.incomplete.at(0) ?? null) : null;
    blindLooks = failure === null && gap === null ? 0 : blindLooks + 1;
    const retryAfterSeconds = failure?.retryAfterSeconds ?? gap?.retryAfterSeconds ?? null;
    const next = nextLook({ dueAt, now: ports.now(), everySeconds, blindLooks, retryAfterSeconds });
    const shared = { at: ports.now(), missed, nextAt: next.at };
    if (asked.kind === 'answered') {
      yield { ...sightOf(asked.value), ...shared };
      lastSeenAt = shared.at;
    } else {
      const { kind: reason, message } = asked.failure;
      yield { kind: 'blind', reason, message, lastSeenAt, ...shared };
    }
    ports.progress('Waiting for the next look');
    await waitUntil(next.at, ports);
    const woken = nextLook({
      dueAt: next.at,
      now: ports.now(),
      everySeconds,
      blindLooks: 0,
      retryAfterSeconds: null,
    });
    missed = woken.missed;
    dueAt = ports.now();
  }
}

/** A sleeping machine wakes late; a timer may fire early. */
async function waitUntil(at: Date, ports: Ports): Promise<void> {
  for (;;) {
    if (ports.signal.aborted) throw ended(ports.signal.reason);
    const leftMs = at.getTime() - ports.now().getTime();
    if (leftMs <= 0) return;
    await ports.pause(leftMs).catch((error: unknown) => {
      throw ports.signal.aborted ? ended(ports.signal.reason) : error;
    });
  }
}

function ended(cause: unknown): Failure {
  const kind = cause instanceof Failure ? cause.kind : 'interrupted';
  return new Failure(kind, 'The watch has ended.', {
    remedy: 'For a verdict in the exit code run mailcheck queue without --watch.',
    cause,
  });
}

/** The window keeps its length and ends now. */
function movedTo(now: Date, options: QueueOptions): QueueOptions {
  const { query, sample } = options;
  const { window } = query;
  const most = sample === 'none' ? 'none' : Math.min(DETAILS_A_LOOK, sample === 'all' ? Infinity : sample);
  if (window === null) return { ...options, sample: most };
  const toMs = Math.floor(now.getTime() / 1000) * 1000;
  const lengthMs = window.to.getTime() - window.from.getTime();
  const moved = { from: new Date(toMs - lengthMs), to: new Date(toMs) };
  return { ...options, sample: most, query: { ...query, window: moved } };
}

/** Walks through a look; its rows are counted, not shown. */
async function look(options: QueueOptions, ports: Ports): Promise<Conclusion<QueueAnswer>> {
  const answer = lookAtQueue(options, options.diff === null ? 'counts' : 'outcomes', ports);
  for (;;) {
    const step = await answer.next();
    if (step.done === true) return step.value;
  }
}

function sightOf({ result, findings, incomplete }: Conclusion<QueueAnswer>) {
  const { times, tally, movement } = result;
  return {
    kind: 'look',
    level: outcomeOfAnswer(findings, incomplete, 'warning').level,
    held: times.total,
    oldestAt: times.oldest?.receivedAt ?? null,
    expiringWithin4h: times.expiringWithin4h,
    heldByBucket: tally.buckets.map(({ held }) => held),
    trend: movement.trend,
    diff: movement.diff,
    findings: findings.map(({ title }) => title),
    incomplete,
  } as const;
}
