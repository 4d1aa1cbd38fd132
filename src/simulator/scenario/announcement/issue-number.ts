import type { Scenario } from '../scenario.js';

/** A known issue of 2026, and how fast ids counted up between it and the next known one. */
const KNOWN = { number: 1_221_300, at: Date.parse('2026-01-22T18:40:00Z'), perDay: 843 };

/** The number in the id of an issue that begins at that minute: ids count up through the years, over all tenants. */
export function issueNumber(scenario: Pick<Scenario, 'began'>, minute: number): number {
  const at = scenario.began.getTime() + minute * 60_000;
  return KNOWN.number + Math.floor(((at - KNOWN.at) / 86_400_000) * KNOWN.perDay);
}
