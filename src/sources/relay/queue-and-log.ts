/**
 * The queue of a relay read together with its own log. Some queues tell no reason, as that of Exim: such mail is kept until
 * the log is read, which tells why its last try failed. What only one of both tells of is counted, for it may be wrong.
 */
import { addressKey } from '#mailflow/address/address.js';
import { isHeld, type RelayMail } from '#mailflow/relay/relay-mail.js';

import { notesOf } from './relay-notes.js';

export interface QueueAndLog {
  /** Mail as the queue tells it; gives what need not wait for the log. */
  readonly queued: (mails: readonly RelayMail[]) => readonly RelayMail[];
  /** Mail as the log tells it; gives what the queue does not name. */
  readonly logged: (mails: readonly RelayMail[]) => readonly RelayMail[];
  /** Once the log is read: what has waited for it. */
  readonly rest: () => readonly RelayMail[];
  readonly notes: () => readonly string[];
}

export function openQueueAndLog(): QueueAndLog {
  /** By id and recipient; null for mail that did not wait. */
  const queue = new Map<string, RelayMail | null>();
  const counts = { onlyInLog: 0, failedInLog: 0 };
  const keyInQueue = (mail: RelayMail): string | undefined =>
    [keyOf(mail), keyOf({ ...mail, recipient: '' })].find((key) => queue.has(key));

  function isNew(mail: RelayMail): boolean {
    if (mail.state === 'delivered') return true;
    const key = keyInQueue(mail);
    if (!isHeld(mail)) {
      if (key !== undefined) counts.failedInLog += 1;
      return true;
    }
    if (key === undefined) {
      counts.onlyInLog += 1;
      return true;
    }
    const waiting = queue.get(key) ?? null;
    if (waiting !== null) queue.set(key, withReason(waiting, mail));
    return false;
  }

  return {
    queued: (mails) => {
      const waits = (mail: RelayMail): boolean =>
        isHeld(mail) && mail.state !== 'on-hold' && mail.reply === null;
      for (const mail of mails.filter(isHeld)) queue.set(keyOf(mail), waits(mail) ? mail : null);
      return mails.filter((mail) => !waits(mail));
    },
    logged: (mails) => mails.filter(isNew),
    rest: () => [...queue.values()].filter((mail) => mail !== null),
    notes: () =>
      notesOf([
        [
          counts.onlyInLog,
          `Held by what the log tells, but not named by the queue: ${counts.onlyInLog}, counted as held. Where the queue is newer than the log they may be gone; name the queue alone to leave them out.`,
        ],
        [
          counts.failedInLog,
          `Bounced or expired by what the log tells, but named by the queue as well: ${counts.failedInLog}, counted as both. The queue may be older than the log, or an id was used again.`,
        ],
      ]),
  };
}

/** What the queue tells stands; the log adds why and where the last try failed. */
function withReason(queued: RelayMail, logged: RelayMail): RelayMail {
  return {
    ...queued,
    messageId: queued.messageId ?? logged.messageId,
    sender: queued.sender ?? logged.sender,
    subject: queued.subject ?? logged.subject,
    sizeBytes: queued.sizeBytes ?? logged.sizeBytes,
    arrivedAt: queued.arrivedAt ?? logged.arrivedAt,
    lastAttemptAt: logged.lastAttemptAt ?? queued.lastAttemptAt,
    nextHop: logged.nextHop ?? queued.nextHop,
    reply: logged.reply,
  };
}

function keyOf({ queueId, recipient }: Pick<RelayMail, 'queueId' | 'recipient'>): string {
  return `${queueId}\u0000${addressKey(recipient)}`;
}
