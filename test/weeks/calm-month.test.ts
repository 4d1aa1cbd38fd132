/**
 * Why: an alarm that rings on an ordinary day is switched off before the outage comes. Thirty days of a tenant with
 * weekends, greylists, slips of the keyboard, a partner's server down about once a week, newsletters, moderators and
 * advisories that come and go: each hour is looked at by the real client over real sockets, beside four weeks that are
 * kept.
 */
import { expect, test } from 'vitest';

import { queue } from '#commands/queue/queue.js';
import { status } from '#commands/status/status.js';

import { virtualTenant } from './virtual-tenant.js';

const HOUR_MS = 3_600_000;
const IS_WHOLE = process.env['MAILCHECK_WEEKS'] === 'whole';
const HOURS = IS_WHOLE ? 720 : 24;
/** Two commands an hour over sockets. */
const TIMEOUT_MS = IS_WHOLE ? 1_800_000 : 120_000;
const ROWS = IS_WHOLE ? [6_000, 20_000] : [6_000];

test.each(ROWS)(
  '%i rows in two days: the hours of a calm month end with 0',
  async (rows) => {
    const seed = 1 + rows;
    const weeks = { hoursBefore: 50, hoursAfter: HOURS + 1 };
    const tenant = await virtualTenant({ scenario: 'calm', at: null, seed, rows, weeks, keptWeeks: 4 });
    const loud: string[] = [];
    const dips: string[] = [];
    let compared = 0;
    try {
      for (let hour = 0; hour < HOURS; hour += 1) {
        for (const command of [status, queue]) {
          const { exitCode, findings, incomplete, inbound } = await tenant.judge(command);
          if (inbound === 'usual') compared += 1;
          dips.push(
            ...findings
              .filter(({ id }) => id === 'inbound-dip')
              .map(({ evidence }) => `hour ${hour}: ${evidence[0]}`),
          );
          if (exitCode === 0) continue;
          const why = [
            ...findings
              .filter(({ level }) => level !== 'info')
              .map(({ id, evidence }) => `${id}: ${evidence[0]}`),
            ...incomplete.map(({ what, reason }) => `${what}: ${reason}`),
          ];
          loud.push(`hour ${hour}, ${command.words.join(' ')} ${exitCode}: ${why.join('; ')}`);
        }
        tenant.clock.advance(HOUR_MS);
      }
    } finally {
      await tenant.close();
    }
    const quiet = HOURS * 2 - loud.length;
    process.stdout.write(`${rows} rows: ${quiet} of ${HOURS * 2} looks end with 0\n${loud.join('\n')}\n`);
    expect(quiet / (HOURS * 2)).toBeGreaterThanOrEqual(0.99);
    expect(dips).toEqual([]);
    expect(compared / HOURS, 'looks that could compare inbound mail').toBeGreaterThan(0.75);
  },
  TIMEOUT_MS,
);
