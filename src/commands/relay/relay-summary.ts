import type { RelayAnswer } from './relay-answer.js';

/** The JSON summary: as that of `queue`, and what waits for Microsoft. */
export function relaySummary(answer: RelayAnswer): object {
  const { times, relay, by, queueLifetimeSeconds } = answer;
  const { held, oldest, heldBy, expiringWithin4h, byReason, replies } = relay.atMicrosoft;
  const { failedBy, ...left } = answer.left;
  return {
    ...times,
    olderThanSeconds: answer.olderSeconds,
    expiration: {
      hours: queueLifetimeSeconds === null ? null : queueLifetimeSeconds / 3600,
      basis: queueLifetimeSeconds === null && relay.expiryTold === 0 ? null : 'relay-setting',
    },
    by,
    heldBy: relay.heldBy,
    atMicrosoft: { held, oldest, heldBy, expiringWithin4h, byReason, replies },
    left,
    failedBy,
    arrivalUnseen: relay.arrivalUnseen,
    queues: answer.queues,
    formats: answer.formats,
    advice: answer.advice,
  };
}
