import type { Signal } from '#mailflow/incident/signal.js';
import { counted } from '#render/human-format.js';

import { setUpText } from './connector-block.js';
import { healthText } from './health-block.js';
import { inboundText } from './inbound-block.js';
import { countsText } from './mail-flow-block.js';
import { reachText, signInText, statusPageText } from './reach-block.js';
import type { SignalRow } from './signal-row.js';
import { signalRow } from './signal-row.js';
import type { StatusAnswer } from './status-answer.js';

/** Data formats escape by themselves. */
const AS_IT_IS = { remote: (text: string): string => text };

export function signalRows({ sightings, assessment: { setUp } }: StatusAnswer): readonly SignalRow[] {
  const { now, trace, inbound, health, signIn, reach, connectors, statusPage, looks } = sightings;
  const row = <Value>(signal: Signal<Value>, tell: (value: Value) => string): SignalRow =>
    signalRow(signal, signal.value === null ? (signal.why ?? 'not seen') : tell(signal.value), now);
  return [
    row(trace, ({ survey }) => countsText(survey)),
    row(inbound, inboundText),
    row(health, healthText),
    row(signIn, (reading) => signInText(reading, AS_IT_IS)),
    row(reach, (readings) => reachText(readings, AS_IT_IS)),
    row(connectors, () => (setUp === null ? 'not seen' : setUpText(setUp, AS_IT_IS))),
    row(statusPage, (reading) => statusPageText(reading, AS_IT_IS)),
    row(looks, (kept) => `${counted(kept.length, 'earlier look is', 'earlier looks are')} kept.`),
  ];
}
