import type { RelayAnswer } from './relay-answer.js';

/** The JSON summary: as that of `queue`, and what waits for Microsoft. */
export function relaySummary(answer: RelayAnswer): object {
  const { tally, held, grouping, table } = answer;
  const { failedBy, ...left } = answer.left;
  const { atMicrosoft } = tally;
  return {
    total: tally.held,
    oldest: tally.oldest,
    buckets: held.buckets,
    groupedBy: grouping,
    by: table.map(({ key, ...row }) => ({ [grouping]: key, ...row })),
    expiringWithin4h: tally.expiringWithin4h,
    pastExpiry: tally.pastExpiry,
    queueLifetimeSeconds: answer.queueLifetimeSeconds,
    heldBy: tally.heldBy,
    atMicrosoft: {
      held: atMicrosoft.held,
      oldest: atMicrosoft.oldest,
      heldBy: atMicrosoft.heldBy,
      expiringWithin4h: atMicrosoft.expiringWithin4h,
      byReason: atMicrosoft.byReason,
      replies: atMicrosoft.replies,
    },
    left,
    failedBy,
    arrivalUnseen: tally.arrivalUnseen,
    queues: answer.queues,
    formats: answer.formats,
    advice: answer.advice,
  };
}
