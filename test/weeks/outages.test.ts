/**
 * Why: the two outages that everybody remembers. The trace of a tenant that is struck shows it minutes later, and the
 * posts an hour and more later: from the first held row of the outage that the trace shows it may take 15 minutes.
 */
import { afterAll, expect, test } from 'vitest';

import { status } from '#commands/status/status.js';

import { type VirtualTenant, virtualTenant } from './virtual-tenant.js';

const MINUTE_MS = 60_000;
const LIMIT_MINUTES = 15;
const IS_WHOLE = process.env['MAILCHECK_WEEKS'] === 'whole';
const SEEDS = IS_WHOLE ? 10 : 1;
/** Rows in two days. */
const SIZES = IS_WHOLE ? [6_000, 20_000, 60_000] : [6_000];

const CASES = ['january-2026', 'june-2026'].flatMap((scenario) =>
  SIZES.flatMap((rows) => Array.from({ length: SEEDS }, (_, index) => ({ scenario, rows, seed: index + 1 }))),
);

const measured: string[] = [];

afterAll(() => {
  process.stdout.write(`minutes from the first symptom to critical\n${measured.join('\n')}\n`);
});

test.each(CASES)('$scenario, $rows rows, seed $seed: critical within 15 minutes', async (scene) => {
  const tenant = await virtualTenant({ ...scene, at: '-10m' });
  try {
    tenant.clock.advance(10 * MINUTE_MS);
    const began = tenant.clock.now();
    while (!showsOutage(tenant, began)) tenant.clock.advance(MINUTE_MS);
    let minutes = 0;
    let code = await codeOf(tenant);
    while (code !== 2 && minutes < 60) {
      tenant.clock.advance(MINUTE_MS);
      minutes += 1;
      code = await codeOf(tenant);
    }
    measured.push(
      `${scene.scenario} ${scene.rows} rows, seed ${scene.seed}: ${code === 2 ? minutes : 'never'}`,
    );
    expect(code).toBe(2);
    expect(minutes).toBeLessThanOrEqual(LIMIT_MINUTES);
  } finally {
    await tenant.close();
  }
});

/** What the trace itself shows: mail received since, held with the words of the outage. */
function showsOutage({ drill, clock }: VirtualTenant, began: Date): boolean {
  return drill
    .oracle(clock.now())
    .some(
      ({ delivery, status: word, reason }) =>
        word.toLowerCase() === 'pending' &&
        delivery.receivedAt >= began &&
        /4\.3\.2|SuspiciousRemoteServerError/u.test(reason()?.lastError ?? ''),
    );
}

async function codeOf(tenant: VirtualTenant): Promise<number> {
  return (await tenant.judge(status)).exitCode;
}
