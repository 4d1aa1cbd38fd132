import type { QueuedMail } from './relay-queue.js';

/** As `postqueue -j` of Postfix prints its queue: an object a line (postqueue(1), "JSON object format"). */
export function postqueueText(queue: readonly QueuedMail[]): string {
  return queue.map((mail) => `${JSON.stringify(lineOf(mail))}\n`).join('');
}

function lineOf({ queueId, arrivedAt, sizeBytes, sender, recipient, delayReason }: QueuedMail): object {
  return {
    queue_name: 'deferred',
    queue_id: queueId,
    arrival_time: Math.floor(arrivedAt.getTime() / 1000),
    message_size: sizeBytes,
    forced_expire: false,
    sender,
    recipients: [{ address: recipient, delay_reason: delayReason }],
  };
}
