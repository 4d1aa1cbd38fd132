import { CALM } from './calm.js';
import { JANUARY_2026 } from './january-2026.js';
import { JUNE_2026 } from './june-2026.js';
import type { Scenario } from './scenario.js';

/** All scenarios, in the order in which help lists them. */
export const SCENARIOS: readonly Scenario[] = [CALM, JANUARY_2026, JUNE_2026];

export function findScenario(name: string): Scenario | null {
  return SCENARIOS.find((scenario) => scenario.name === name) ?? null;
}
