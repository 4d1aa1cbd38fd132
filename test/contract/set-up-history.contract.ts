/** What every place promises where the set-up of a tenant is kept. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type {
  KeptDomain,
  KeptOutbound,
  KeptRule,
  KeptSetUp,
  SetUpHistory,
} from '#mailflow/connector/kept-set-up.js';

export interface OpenedSetUpHistory {
  readonly history: SetUpHistory;
  /** Of another tenant in the same place. */
  readonly other: SetUpHistory;
  readonly close: () => Promise<void>;
}

const NOON_MS = Date.parse('2026-06-02T12:00:00.123Z');

export const OUTBOUND: KeptOutbound = {
  ...{ name: 'To \u0000 \ud800 \u202e "our servers"; DROP TABLE set_up; --', guid: null, enabled: true },
  ...{ type: 'WordOfTomorrow', testMode: false, ruleScoped: null, recipientDomains: ['*.contoso.example'] },
  ...{ allAcceptedDomains: false, routesAllViaOnPremises: null, usesMx: false, smartHosts: ['[192.0.2.7]'] },
  ...{ tlsSettings: null, tlsDomain: 'mail.contoso.example', validated: true },
  lastValidatedAt: new Date(NOON_MS - 1),
};

export const DOMAIN: KeptDomain = {
  ...{ name: 'contoso.example', type: 'Authoritative', isDefault: true, isInitial: null },
  ...{ matchesSubdomains: false, sendingFromStopped: false, sendingToStopped: true },
  ...{ pendingRemoval: null, pendingCompletion: null },
};

export const RULE: KeptRule = {
  ...{ name: 'Route invoices', priority: 0, state: 'Enabled', mode: null },
  ...{ routesTo: 'To our servers', errorAction: 'Defer' },
};

export function keptSetUp(minutes: number, changes: Partial<KeptSetUp> = {}): KeptSetUp {
  const seenAt = new Date(NOON_MS + minutes * 60_000);
  const asOf = new Date(seenAt.getTime() - 1500);
  return { outbound: [OUTBOUND], domains: [DOMAIN], rules: [RULE], asOf, seenAt, ...changes };
}

export function promisesOfSetUpHistory(name: string, open: () => Promise<OpenedSetUpHistory>): void {
  describe(`${name} as what is kept of a set-up`, () => {
    let opened: OpenedSetUpHistory;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('nothing at first', async () => {
      expect(await opened.history.last()).toBeNull();
    });

    test('a set-up comes back as it was kept, whatever is in it', async () => {
      const untold: KeptOutbound = {
        ...{ ...OUTBOUND, guid: '7a1e0000-0000-4000-8000-000000000001', ruleScoped: true },
        ...{ recipientDomains: null, smartHosts: [], validated: null, lastValidatedAt: null },
      };
      const rules = [{ ...RULE, priority: null, routesTo: null }];
      const kept = keptSetUp(0, { outbound: [OUTBOUND, untold], rules });
      await opened.history.keep(kept);
      expect(await opened.history.last()).toEqual(kept);
    });

    test('that a tenant has none is an answer too', async () => {
      const kept = keptSetUp(0, { outbound: [], domains: [], rules: [] });
      await opened.history.keep(kept);
      expect(await opened.history.last()).toEqual(kept);
    });

    test('what was kept last, also when the clock was set back', async () => {
      for (const minutes of [0, 90, 30]) await opened.history.keep(keptSetUp(minutes));
      expect(await opened.history.last()).toEqual(keptSetUp(30));
    });

    test('tenants are kept apart', async () => {
      await opened.history.keep(keptSetUp(0));
      expect(await opened.other.last()).toBeNull();
      await opened.other.keep(keptSetUp(1, { outbound: [] }));
      expect(await opened.history.last()).toEqual(keptSetUp(0));
    });
  });
}
