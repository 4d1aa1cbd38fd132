import { connect } from 'node:net';

import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

import { startDrill } from '#simulator/drill.js';
import { refusalAt } from '#simulator/outskirts/edge.js';
import type { RequestLogLine } from '#simulator/request-log.js';
import type { Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { minutesAgo, NOW } from '../population.js';

const tenants: Tenant[] = [];

afterEach(async () => {
  await Promise.all(tenants.splice(0).map((tenant) => tenant.close()));
});

async function tenantWith(options: Partial<TenantOptions> = {}): Promise<Tenant> {
  const tenant = await startTenant({ population: [], clock: () => NOW, ...options });
  tenants.push(tenant);
  return tenant;
}

/** Says its lines at once and reads until the host ends the connection. */
function talk(tenant: Pick<Tenant, 'mailHost'>, ...lines: readonly string[]): Promise<readonly string[]> {
  const [host = '', port = ''] = tenant.mailHost.split(':');
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), host, () => {
      for (const line of lines) socket.write(`${line}\r\n`);
    });
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text.split('\r\n').filter((line) => line !== '')));
  });
}

const EDGE = [{ from: minutesAgo(60), until: minutesAgo(-60), share: 0.6, reply: '421 4.3.2 Too many' }];

test('greets, knows a few verbs, takes no mail and says goodbye', async () => {
  const replies = await talk(
    await tenantWith(),
    ...['EHLO probe.contoso.example', 'NOOP', 'MAIL FROM:<>', 'quit'],
  );
  expect(replies).toEqual([
    '220 inbound.mail.contoso.example Microsoft ESMTP MAIL Service ready at Tue, 02 Jun 2026 17:00:00 +0000',
    '250 inbound.mail.contoso.example Hello',
    '250 2.0.0 OK',
    '502 5.3.3 Command not implemented',
    '221 2.0.0 Service closing transmission channel',
  ]);
});

test('turns connections away in place of a greeting, and logs it', async () => {
  const lines: RequestLogLine[] = [];
  const tenant = await tenantWith({ edge: EDGE, log: (line) => lines.push(line) });
  expect(await talk(tenant)).toEqual(['421 4.3.2 Too many']);
  expect(await talk(tenant, 'EHLO x')).toEqual(['421 4.3.2 Too many']);
  expect(lines.map(({ server, status }) => [server, status])).toEqual([
    ['mail', 421],
    ['mail', 421],
  ]);
});

test.each<[Partial<TenantOptions>, readonly string[], string]>([
  [{ quirks: { mailIdleSeconds: 0.02 } }, ['220 inbound'], 'after its greeting'],
  [{ quirks: { mailIdleSeconds: 0.02, mailHost: 'silent' } }, [], 'without a word'],
])('ends an idle connection: %j, %j, %s', async (options, starts) => {
  const replies = await talk(await tenantWith(options));
  expect(replies.map((line) => line.slice(0, 11))).toEqual(starts);
});

test('an open connection does not keep the tenant', async () => {
  const tenant = await tenantWith();
  const spoken = talk(tenant);
  // The second connection has been taken when it is answered, so the first one has been as well.
  await talk(tenant, 'QUIT');
  await tenant.close();
  expect((await spoken)[0]).toMatch(/^220 /u);
});

describe('who is turned away', () => {
  /** Somewhere within the minute, counted from 1. */
  const at = (share: number, minute: number, milliseconds = 0): string | null => {
    const from = minutesAgo(0);
    const until = new Date(from.getTime() + 1e6 * 60_000);
    const now = new Date(from.getTime() + (minute - 1) * 60_000 + milliseconds);
    return refusalAt([{ from, until, share, reply: '421' }], now);
  };

  test('from a half on: everybody', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (share, minute) => {
          expect(at(share, minute)).toBe('421');
        },
      ),
    );
  });

  test('below: in as many minutes as the share says, within one, and all in a minute alike', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.49, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 59_999 }),
        (share, count, milliseconds) => {
          expect(at(share, count, milliseconds)).toBe(at(share, count));
          const away = Array.from({ length: count }, (_, index) => at(share, index + 1)).filter(
            (each) => each !== null,
          );
          expect(Math.abs(away.length - share * count)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test.each<[Date, string | null, string]>([
    [minutesAgo(61), null, 'before'],
    [minutesAgo(60), '421 4.3.2 Too many', 'at the first moment'],
    [minutesAgo(-60), null, 'at the end'],
  ])('%s: %s, %s', (now, reply) => {
    expect(refusalAt(EDGE, now)).toBe(reply);
  });
});

test.each([
  ['june-2026', '+4h', /^421 4\.3\.2 The maximum number of concurrent connections/u],
  ['january-2026', '+4h', /^451 4\.3\.2 Temporary server error/u],
  ['january-2026', '-1h', /^220 /u],
  ['june-2026', '+13h', /^220 /u],
  ['calm', null, /^220 /u],
])('%s at %s: %s', async (scenario, at, greeting) => {
  const drill = await startDrill({ scenario, at, seed: 1, rows: 50, clock: () => NOW, log: null });
  tenants.push(drill);
  expect((await talk(drill, 'QUIT'))[0]).toMatch(greeting);
});
