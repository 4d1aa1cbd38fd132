/** A drill whose clock stands still until the test moves it: hours and weeks pass at once. */
import type { Drill } from '#simulator/drill.js';
import { startDrill } from '#simulator/drill.js';

import type { VirtualClock } from '../fakes/virtual-clock.js';
import { virtualClock } from '../fakes/virtual-clock.js';
import { NOW } from './population.js';

type DrillOptions = Parameters<typeof startDrill>[0];

interface VirtualDrillOptions extends Partial<Omit<DrillOptions, 'scenario' | 'at' | 'clock'>> {
  readonly scenario: string;
  /** The minute of the scenario at which it starts. */
  readonly minute: number;
}

export interface VirtualDrill extends Drill {
  readonly clock: VirtualClock;
  /** The scenario's minute that is now. */
  readonly minute: () => number;
  /** Never back. */
  readonly moveTo: (minute: number) => void;
}

export async function startVirtualDrill({ minute, ...options }: VirtualDrillOptions): Promise<VirtualDrill> {
  const clock = virtualClock(NOW.toISOString());
  const drill = await startDrill({
    seed: 1,
    log: null,
    ...options,
    at: offsetText(minute),
    clock: clock.now,
  });
  const passed = (): number => clock.monotonicMs() / 60_000;
  return {
    ...drill,
    clock,
    minute: () => minute + passed(),
    moveTo: (next) => {
      const minutes = next - minute - passed();
      if (minutes < 0) throw new RangeError(`minute ${next} is over`);
      clock.advance(minutes * 60_000);
    },
  };
}

/** As `--at` takes it. */
function offsetText(minute: number): string {
  const whole = Math.abs(minute);
  return `${minute < 0 ? '-' : '+'}${Math.floor(whole / 60)}h${whole % 60}m`;
}
