/** Looks as runs that an alert opens and closes by. */
import type { JudgedRun } from './alert.js';
import type { Look } from './look.js';
import type { SignalName } from './signal.js';

/** What a signal rests on. Two that rest on the same do not confirm each other. */
const GROUND_BY_SIGNAL: Readonly<Record<SignalName, 'mail' | 'microsoft' | 'our own tries' | 'our set-up'>> =
  {
    trace: 'mail',
    inbound: 'mail',
    looks: 'mail',
    health: 'microsoft',
    'status-page': 'microsoft',
    'sign-in': 'our own tries',
    reach: 'our own tries',
    connectors: 'our set-up',
  };

export function judgedLook({ at, level, badSignals }: Look): JudgedRun {
  return { at, level, grounds: badSignals.map((name) => GROUND_BY_SIGNAL[name]) };
}
