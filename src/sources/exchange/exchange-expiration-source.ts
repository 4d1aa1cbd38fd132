/** How long the tenant keeps trying, over the admin endpoint: one question, and nothing else of the settings is read. */
import type { ExpirationSource } from '#mailflow/trace/message-expiration.js';

import type { Errand } from '../http/errand.js';
import { type ExchangeOptions, openAdmin } from './open-admin.js';
import { readCmdlet } from './read-cmdlet.js';
import { decodeExpiration, TRANSPORT_COMMAND } from './transport-config.js';

/** Nobody waits for this answer, and nothing fails without it. */
export const EXPIRATION_ERRAND: Errand = {
  whenLate: 'It is asked for again with the next run.',
  whenCapped: 'Raise --max-requests.',
  budgetUsedUp: 'The request budget is used up.',
  whenHeldBack: (seconds) => `Try again in ${seconds} s.`,
  whenThrottled: (seconds) => `Try again in ${seconds} s.`,
  whenBrokenOff: 'Try again in some minutes.',
};

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openExchangeExpirationSource(options: ExchangeOptions): ExpirationSource {
  const { client, gate } = openAdmin(options, EXPIRATION_ERRAND);
  return {
    requestCount: gate.admittedCount,
    hours: async (signal) => {
      const { items, refusal } = await readCmdlet(
        { command: TRANSPORT_COMMAND, what: 'Transport settings', decode: decodeExpiration },
        { client, origin: options.origin.origin, signal },
      );
      if (refusal !== null) throw refusal.trouble.failure;
      const seconds = items[0] ?? 0;
      return seconds > 0 ? seconds / 3600 : null;
    },
  };
}
