/** What every place promises where the limit of a tenant is kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ExpirationHistory } from '#mailflow/trace/message-expiration.js';

export interface OpenedExpirationHistory {
  readonly history: ExpirationHistory;
  /** Of another tenant in the same place. */
  readonly other: ExpirationHistory;
  readonly close: () => Promise<void>;
}

const NOON = new Date('2026-06-02T12:00:00.123Z');
const LATER = new Date('2026-06-03T12:00:00Z');

export function promisesOfExpirationHistory(
  name: string,
  open: () => Promise<OpenedExpirationHistory>,
): void {
  describe(`${name} as what is kept of the limit for held mail`, () => {
    let opened: OpenedExpirationHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('nothing at first', async () => {
      expect(await opened.history.last()).toBeNull();
    });

    test('what was kept last, to the part of an hour', async () => {
      await opened.history.keep({ hours: 24, seenAt: LATER });
      await opened.history.keep({ hours: 18.25, seenAt: NOON });
      expect(await opened.history.last()).toEqual({ hours: 18.25, seenAt: NOON });
    });

    test('tenants are kept apart', async () => {
      await opened.history.keep({ hours: 18, seenAt: NOON });
      expect(await opened.other.last()).toBeNull();
    });
  });
}
