import { test } from 'vitest';
import { startDrill } from '#simulator/drill.js';
import { populate } from '#simulator/scenario/populate.js';
import { findScenario } from '#simulator/scenario/scenarios.js';
import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
test('x', async () => {
  const now = new Date('2026-11-22T12:00:00Z');
  for (let i = 0; i < 4; i++) {
    const t0 = performance.now();
    const p = populate(findScenario('june-2026')!, { seed: 1, minute: 240, now, rows: 6000 });
    const t1 = performance.now();
    makeLoopbackCertificate(now);
    const t2 = performance.now();
    const d = await startDrill({ scenario: 'june-2026', at: null, seed: 1, clock: () => now, log: null });
    const t3 = performance.now();
    const rows = d.oracle(now); const held = rows.filter((r) => r.status === 'pending');
    console.log(p.length, t1 - t0, t2 - t1, t3 - t2, rows.length, held.length, held.filter((r) => now.getTime() - r.delivery.receivedAt.getTime() > 3600e3).length, held.filter((r) => r.reason?.lastError.includes('4.4.316')).length);
    await d.close();
  }
});
