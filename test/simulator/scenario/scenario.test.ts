import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Drill } from '#simulator/drill.js';
import { drillScenarios, startDrill } from '#simulator/drill.js';
import { populate } from '#simulator/scenario/populate.js';
import type { MailDirection } from '#simulator/scenario/scenario.js';
import { scenarioMinute } from '#simulator/scenario/scenario.js';
import { findScenario } from '#simulator/scenario/scenarios.js';
import type { OracleRow } from '#simulator/tenant.js';

import { allRows, ask, detailPath, detailsOf, listPath } from '../ask.js';
import { NOW } from '../population.js';

const NAMES = ['calm', 'january-2026', 'june-2026'] as const;
type Name = (typeof NAMES)[number];

const drillByName = new Map<string, Drill>();

beforeAll(async () => {
  for (const scenario of NAMES) {
    const options = { scenario, at: null, seed: 1, clock: () => NOW, log: null, quirks: { quota: null } };
    drillByName.set(scenario, await startDrill(options));
  }
});

afterAll(async () => {
  await Promise.all([...drillByName.values()].map((drill) => drill.close()));
});

function drillOf(name: Name): Drill {
  const drill = drillByName.get(name);
  if (drill === undefined) throw new Error(`no drill ${name}`);
  return drill;
}

function later(hours: number): Date {
  return new Date(NOW.getTime() + hours * 3_600_000);
}

const seen = new Map<string, readonly OracleRow[]>();

function rowsAt(name: Name, at: Date): readonly OracleRow[] {
  const key = `${name} ${at.toISOString()}`;
  const rows = seen.get(key) ?? drillOf(name).oracle(at);
  seen.set(key, rows);
  return rows;
}

function heldLongerThan(name: Name, minutes: number, at: Date = NOW): readonly OracleRow[] {
  const horizon = at.getTime() - minutes * 60_000;
  return rowsAt(name, at).filter(
    (row) => row.status === 'pending' && row.delivery.receivedAt.getTime() < horizon,
  );
}

function directionOf({ delivery }: OracleRow): MailDirection {
  const own = '@contoso.example';
  if (!delivery.sender.endsWith(own)) return 'inbound';
  return delivery.recipient.endsWith(own) ? 'internal' : 'outbound';
}

/** Messages of a direction that were accepted between so many hours before now. */
function accepted(
  name: Name,
  direction: MailDirection,
  hours: readonly [number, number],
  at: Date = NOW,
): number {
  const [from, to] = hours.map((hour) => at.getTime() - hour * 3_600_000);
  return rowsAt(name, at).filter((row) => {
    const received = row.delivery.receivedAt.getTime();
    return directionOf(row) === direction && received >= (from ?? 0) && received < (to ?? 0);
  }).length;
}

function reasonsOf(rows: readonly OracleRow[]): readonly string[] {
  return rows.map((row) => row.reason()?.lastError ?? '');
}

function share(texts: readonly string[], pattern: RegExp): number {
  return texts.filter((text) => pattern.test(text)).length / texts.length;
}

/** RFC 5737 and 3849; nothing for mail that stays inside. */
const DOCUMENTATION_ADDRESS = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8::|^$/u;

function ascending(moments: readonly { readonly at: Date }[]): boolean {
  return moments.every((moment, index) => index === 0 || moment.at >= (moments[index - 1]?.at ?? moment.at));
}

describe.each(NAMES)('%s', (name) => {
  test('has a day of mail of all kinds', () => {
    const rows = rowsAt(name, NOW);
    expect(rows.length).toBeGreaterThan(2_000);
    expect(rows.length).toBeLessThan(7_000);
    expect([...new Set(rows.map((row) => row.status))]).toEqual(
      expect.arrayContaining([
        'delivered',
        'failed',
        'pending',
        'expanded',
        'quarantined',
        'filteredAsSpam',
        'recalled',
      ]),
    );
    expect(new Set(rows.map(directionOf))).toEqual(new Set(['inbound', 'outbound', 'internal']));
  });

  test('lists exactly what the oracle knows', async () => {
    const rows = await allRows(drillOf(name), listPath({ $top: '5000' }));
    const wanted = rowsAt(name, NOW).filter((row) => row.delivery.receivedAt >= later(-48));
    expect(rows.map((row) => row.id + row.recipientAddress)).toEqual(
      wanted.map((row) => row.delivery.id + row.delivery.recipient),
    );
  });

  test('each (id, recipient) is there once', () => {
    const keys = rowsAt(name, later(10)).map((row) => `${row.delivery.id} ${row.delivery.recipient}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('statuses and events stay in the order of time', () => {
    const astray = rowsAt(name, NOW).filter(
      ({ delivery }) => !ascending(delivery.statuses) || !ascending(delivery.events()),
    );
    expect(astray).toEqual([]);
  });

  test('holds subjects that a screen and a sheet must be kept from', () => {
    const subjects = rowsAt(name, NOW).map((row) => row.delivery.subject);
    for (const hostile of [/\u001b\[2J/u, /^=HYPERLINK/u, /\u202e/u, /\r\n::error::/u]) {
      expect(subjects.filter((subject) => hostile.test(subject))).toHaveLength(1);
    }
  });

  test('the same seed gives the same mail, another seed other mail', () => {
    const scenario = findScenario(name);
    if (scenario === null) throw new Error('no scenario');
    const mail = (seed: number): readonly string[] =>
      populate(scenario, { seed, minute: scenario.tellingMinute, now: NOW, rows: 500 }).deliveries.map(
        (delivery) => `${delivery.id} ${delivery.recipient} ${JSON.stringify(delivery.statuses)}`,
      );
    const [mine, others] = [mail(3), new Set(mail(4))];
    expect(mail(3)).toEqual(mine);
    expect(mine.filter((line) => others.has(line))).toEqual([]);
  });

  test('no name or address is anyone’s', () => {
    const domains = new Set(rowsAt(name, NOW).map(({ delivery }) => delivery.recipient.split('@')[1] ?? ''));
    const addresses = new Set(
      rowsAt(name, NOW).map(({ delivery }) => delivery.fromIp ?? delivery.toIp ?? ''),
    );
    expect([...domains].filter((domain) => !/^[a-z-]+\.example$/u.test(domain))).toEqual([]);
    expect([...addresses].filter((address) => !DOCUMENTATION_ADDRESS.test(address))).toEqual([]);
  });
});

describe('calm', () => {
  test('raises no alarm: a few stragglers are held, a few addresses are wrong', () => {
    expect(heldLongerThan('calm', 30).length).toBeLessThan(20);
    expect(heldLongerThan('calm', 0).length).toBeGreaterThan(0);
    const rows = rowsAt('calm', NOW);
    const failed = rows.filter((row) => row.status === 'failed').length / rows.length;
    expect(failed).toBeGreaterThan(0.01);
    expect(failed).toBeLessThan(0.04);
  });
});

describe.each(['january-2026', 'june-2026'] as const)('%s', (name) => {
  test('holds much, and bounces no more than on an ordinary day', () => {
    expect(heldLongerThan(name, 60).length).toBeGreaterThan(130);
    const failed = rowsAt(name, NOW).filter((row) => row.status === 'failed').length;
    const ordinary = rowsAt('calm', NOW).filter((row) => row.status === 'failed').length;
    expect(failed).toBeLessThan(ordinary * 1.7);
  });

  test('inbound mail dips, for the edge refuses it before it can have a row', () => {
    const dip = accepted(name, 'inbound', [3.5, 0.5]) / accepted('calm', 'inbound', [3.5, 0.5]);
    expect(dip).toBeLessThan(0.65);
    expect(accepted(name, 'outbound', [3.5, 0.5]) / accepted('calm', 'outbound', [3.5, 0.5])).toBeGreaterThan(
      0.7,
    );
  });

  test('what was refused comes when it is over: the dip becomes a wave', () => {
    const after = later(9.5);
    expect(accepted(name, 'inbound', [6.5, 0], after)).toBeGreaterThan(
      accepted('calm', 'inbound', [6.5, 0], after),
    );
  });

  test('held mail drains after the outage', () => {
    const struck = heldLongerThan(name, 30).map((row) => row.delivery.id);
    const end = new Map(rowsAt(name, later(11.5)).map((row) => [row.delivery.id, row.status]));
    const drained = struck.filter((id) => end.get(id) !== 'pending').length / struck.length;
    expect(drained).toBeGreaterThan(0.85);
  });

  test('some mail is near its end, at one next hop', () => {
    const { keepsHours = 24 } = findScenario(name) ?? {};
    const nearEnd = heldLongerThan(name, (keepsHours - 4) * 60);
    expect(nearEnd.length).toBeGreaterThan(4);
    expect(heldLongerThan(name, keepsHours * 60)).toHaveLength(0);
    expect(share(reasonsOf(nearEnd), /woodgrove|DNS query failed/u)).toBe(1);
    expect(
      share(reasonsOf(rowsAt(name, NOW).filter((row) => row.status === 'failed')), /expired/u),
    ).toBeGreaterThan(0.03);
  });

  test('retries come about every quarter of an hour, and each record tells its own', () => {
    const [held] = heldLongerThan(name, 120);
    const tries = held?.delivery.events().filter((event) => event.event === 'Defer') ?? [];
    const gaps = tries
      .slice(1)
      .map((event, index) => (event.at.getTime() - (tries[index]?.at.getTime() ?? 0)) / 60_000);
    expect(tries.length).toBeGreaterThan(4);
    expect(gaps.every((gap) => gap >= 13 && gap <= 17)).toBe(true);
    expect(tries.every((event) => event.reason?.lastRetryAt?.getTime() === event.at.getTime())).toBe(true);
  });
});

test('January speaks of 451 4.3.2, 4.4.3 and tenants that cannot be found', () => {
  const reasons = reasonsOf(heldLongerThan('january-2026', 5));
  expect(
    share(reasons, /451 4\.(3\.2|4\.3) Temporary server error\. Please try again later ATTR(1|2|18)\b/u),
  ).toBeGreaterThan(0.6);
  expect(share(reasons, /4\.4\.318/u)).toBe(0);
});

test('June speaks of broken sessions to many unrelated destinations and of the limit between forests', () => {
  const held = heldLongerThan('june-2026', 5);
  const broken = held.filter((row) => row.reason()?.lastError.includes('SuspiciousRemoteServerError'));
  const domains = new Set(broken.map((row) => row.delivery.recipient.split('@')[1]));
  expect(broken.length / held.length).toBeGreaterThan(0.25);
  expect(domains.size).toBeGreaterThan(8);
  expect(share(reasonsOf(held), /421 4\.3\.2 The maximum number of concurrent connections/u)).toBeGreaterThan(
    0.2,
  );
});

test('details of the drill say whose words they are', async () => {
  const drill = drillOf('june-2026');
  const held = heldLongerThan('june-2026', 30).find((row) => row.reason()?.lastError.startsWith('451 4.4.0'));
  const details = detailsOf(
    await ask(drill, detailPath(held?.delivery.id ?? '', held?.delivery.recipient ?? '')),
  );
  const last = details.at(-1);
  expect(last?.event).toBe('Defer');
  expect(last?.description).toMatch(
    /^Reason: \[\{LED=451 4\.4\.0 Primary target IP address responded with: "421 4\.3\.2 /u,
  );
  expect(last?.data).toContain('<MEP Name="IsSmtpResponseFromExternalServer" Bool="True"/>');
});

test('the copy that was addressed to a group ends in a Drop that is no loss', async () => {
  const drill = drillOf('calm');
  const group = rowsAt('calm', NOW).find((row) => row.status === 'expanded');
  const details = detailsOf(
    await ask(drill, detailPath(group?.delivery.id ?? '', group?.delivery.recipient ?? '')),
  );
  expect(details.find((detail) => detail.event === 'Drop')?.description).toContain(
    '250 2.1.5 RESOLVER.GRP.Expanded',
  );
  const members = rowsAt('calm', NOW).filter((row) => row.delivery.id === group?.delivery.id);
  expect(members.length).toBeGreaterThan(3);
});

describe('another moment', () => {
  const june = findScenario('june-2026');
  test.each([
    ['+2h30m', 150],
    ['45m', 45],
    ['-1h', -60],
    ['2026-06-02T14:03Z', 60],
    ['2026-06-02T13:03:00Z', 0],
    ['9:03', 0],
    ['13:00', 237],
    ['00:00', -543],
    ['23:59', 896],
  ])('%s is minute %i', (text, minute) => {
    expect(june !== null && scenarioMinute(june, text)).toEqual({ ok: true, value: minute });
  });

  test.each(['', 'noon', '2h3', '+', '2026-06-02', '2026-13-02T14:00Z', '24:00', '9:3', '14.50'])(
    '%j is none',
    (text) => {
      expect(june !== null && scenarioMinute(june, text).ok).toBe(false);
    },
  );

  test.each([
    ['january-2026', '14:50', 250],
    ['january-2026', '10:40', 0],
    ['calm', '14:00', 300],
  ] as const)('in %s %s is minute %i', (name, text, minute) => {
    const scenario = findScenario(name);
    expect(scenario !== null && scenarioMinute(scenario, text)).toEqual({ ok: true, value: minute });
  });

  test('before the outage all is well', async () => {
    const drill = await startDrill({
      scenario: 'june-2026',
      at: '-30m',
      seed: 1,
      clock: () => NOW,
      log: null,
    });
    const held = drill
      .oracle(NOW)
      .filter((row) => row.status === 'pending' && !/woodgrove/u.test(row.delivery.recipient));
    await drill.close();
    expect(held.length).toBeLessThan(20);
  });

  test.each([
    [{ scenario: 'jun-2026', at: null }, /no scenario "jun-2026"/u],
    [{ scenario: 'calm', at: 'noon' }, /"noon" is no moment of calm/u],
  ])('%j is a usage failure', async (words, message) => {
    const started = startDrill({ ...words, seed: 1, clock: () => NOW, log: null });
    await expect(started).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });

  test('the scenarios name themselves', () => {
    expect(drillScenarios().map((scenario) => [scenario.name, scenario.issueId])).toEqual([
      ['calm', null],
      ['january-2026', 'MO1221364'],
      ['june-2026', 'EX1331830'],
    ]);
  });
});
