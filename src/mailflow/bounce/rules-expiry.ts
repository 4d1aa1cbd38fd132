/** Delay notices and retries that ran out: they tell that delivery failed for long, not why. */
import type { BookRule } from './rule.js';

const EXPIRED =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/fix-error-code-550-4-4-7-in-exchange-online';

export const EXPIRY_RULES: readonly BookRule[] = [
  {
    id: 'message-delayed',
    match: [
      {
        phrases: [
          'message delayed',
          'delivery delayed',
          'delivery is delayed',
          'has been delayed',
          'will be retried',
          'will keep trying',
          'still being retried',
        ],
      },
    ],
    reason: 'unknown',
    party: 'network',
    retry: 'later',
    remedy:
      'A delay notice only. You read the last Defer event of this message for the reason (mailcheck trace show, or Mail flow > Message trace) and note when it expires.',
    reference: 'RFC 3464, 2.3.3',
    samples: ['4.4.7 Message delayed'],
    finality: 'transient',
    delays: true,
    generic: true,
  },
  {
    id: 'retries-ran-out',
    match: [
      {
        phrases: [
          'queue expired',
          'message expired',
          'message has expired',
          'mail expired',
          'delivery expired',
          'expired in queue',
          'delivery time expired',
          'expired after',
          'retry timeout exceeded',
          'retry time not reached for any host after a long failure period',
          'retry limit exceeded',
          'too many retries',
          'been in the queue too long',
          'in queue too long',
          'not going to try again',
          'unable to deliver in',
          'maximum queue lifetime',
          'exceeded maximum time',
          'exceeded max time without delivery',
          'message timed out',
          'message is too old',
          'undeliverable for too long',
          'retries exhausted',
          'retry attempts exhausted',
          'after multiple retries',
          'could not deliver for the last',
          'giving up after',
          'will be deleted from queue',
          'could not be delivered for + hours',
          'could not be delivered for + days',
          'message too old',
          'numerous attempts to deliver',
        ],
      },
      { enhanced: ['4.4.7', '5.4.7', '5.4.300'] },
    ],
    reason: 'expired',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'The destination could not be reached for the whole lifetime of the message. The Exchange admin reads its last Defer event in the message trace for the cause and has that repaired.',
    reference: EXPIRED,
    samples: [
      '550 4.4.7 QUEUE.Expired; message expired',
      '550 4.4.7 Message expired',
      '550 5.4.300 Message expired',
      'retry timeout exceeded',
    ],
    finality: 'permanent',
    expires: true,
    generic: true,
  },
];
