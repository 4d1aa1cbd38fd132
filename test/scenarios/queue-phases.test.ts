/**
 * Why: "is it over?" is asked all day long. Tenant: the drill of June 2026 at four of its moments; the whole program, one
 * look each, as an admin would rehearse it.
 */
import { expect, test } from 'vitest';

import { runMailcheck } from './run-mailcheck.js';

interface Queue {
  readonly summary: { readonly trend: { readonly phase: string; readonly basis: string } };
}

test.each([
  ['2026-06-02T14:00Z', 'growth', 'an hour after it began'],
  ['2026-06-02T17:00Z', 'plateau', 'a corrected setting is tried'],
  ['2026-06-02T21:30Z', 'drain', 'all servers are corrected'],
  ['2026-06-03T08:00Z', 'empty', 'the next morning'],
])('at %s: %s, for %s', async (at, phase) => {
  const args = ['queue', '--drill=june-2026', '--at', at];
  const { stdout } = await runMailcheck([...args, '--format', 'json']);
  const { summary } = JSON.parse(stdout) as Queue;
  expect(summary.trend).toMatchObject({ phase, basis: 'ages' });
  const screen = await runMailcheck(args);
  expect(screen.stdout.toLowerCase()).toContain(`\n${phase}: `);
});
