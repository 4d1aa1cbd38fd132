/**
 * What the verdict is when something cannot be seen: the promise that unknown is neither green nor red, as a table that
 * a person can read. Each cell is tried out by a test; the help topic prints the same rows.
 */
import type { VerdictLevel } from './look.js';
import type { SignalName, SignalQuality } from './signal.js';

export type BlindState = SignalQuality | 'wrong clock';

/** Trouble of our own that blinds several sources at once, or a source in a way of its own. */
export const OWN_TROUBLES = [
  'no network here',
  'no name server here',
  'our credentials refused',
  'throttled (429)',
  'Graph answers 5xx',
  'a proxy answers for Graph',
  'time is up',
  'clock wrong for all',
  'port 25 shut here',
  'kept looks unreadable',
  'trace lists nothing',
  'trace is hours late',
  'no reason could be read',
] as const;
export type OwnTrouble = (typeof OWN_TROUBLES)[number];

/** On a calm day, in an outage that is not posted yet, and in one that is. */
export interface BlindLevels {
  readonly calm: VerdictLevel;
  readonly unposted: VerdictLevel;
  readonly posted: VerdictLevel;
}

export interface BlindSpot extends BlindLevels {
  readonly blind:
    { readonly signal: SignalName; readonly state: BlindState } | { readonly trouble: OwnTrouble };
}

const SEEN: BlindLevels = { calm: 'ok', unposted: 'critical', posted: 'critical' };
/** Only posts can prove anything then. */
const NO_TRACE: BlindLevels = { calm: 'unknown', unposted: 'unknown', posted: 'critical' };
/** The mail itself proves an outage; that all is well it cannot prove alone. */
const NO_HEALTH: BlindLevels = { calm: 'unknown', unposted: 'critical', posted: 'critical' };
const BLIND: BlindLevels = { calm: 'unknown', unposted: 'unknown', posted: 'unknown' };

const SPOILT: readonly BlindState[] = ['stale', 'partial', 'missing', 'error', 'wrong clock'];

/** The signal as it should be, then each way in which it may not be. */
function spotsOf(signal: SignalName, spoilt: BlindLevels): readonly BlindSpot[] {
  return [
    { blind: { signal, state: 'fresh' }, ...SEEN },
    ...SPOILT.map((state) => ({ blind: { signal, state }, ...spoilt })),
  ];
}

const own = (trouble: OwnTrouble, levels: BlindLevels): BlindSpot => ({ blind: { trouble }, ...levels });

export const BLIND_SPOTS: readonly BlindSpot[] = [
  ...spotsOf('trace', NO_TRACE),
  ...spotsOf('health', NO_HEALTH),
  // These inform; they cannot make the verdict unknown, and none of them alone critical.
  ...spotsOf('inbound', SEEN),
  ...spotsOf('sign-in', SEEN),
  ...spotsOf('status-page', SEEN),
  ...spotsOf('reach', SEEN),
  ...spotsOf('connectors', SEEN),
  ...spotsOf('looks', SEEN),
  own('no network here', BLIND),
  own('no name server here', BLIND),
  own('our credentials refused', BLIND),
  own('throttled (429)', BLIND),
  own('Graph answers 5xx', BLIND),
  own('a proxy answers for Graph', BLIND),
  own('time is up', BLIND),
  own('clock wrong for all', BLIND),
  own('port 25 shut here', SEEN),
  own('kept looks unreadable', SEEN),
  own('trace lists nothing', NO_TRACE),
  own('trace is hours late', NO_TRACE),
  // A calm day has too little held for its reasons to matter.
  own('no reason could be read', { calm: 'ok', unposted: 'unknown', posted: 'critical' }),
];

export function blindName({ blind }: BlindSpot): string {
  return 'trouble' in blind ? blind.trouble : `${SIGNAL_NAMES[blind.signal]}: ${STATE_NAMES[blind.state]}`;
}

const SIGNAL_NAMES: Readonly<Record<SignalName, string>> = {
  trace: 'message trace',
  inbound: 'inbound volume',
  health: 'service health',
  'sign-in': 'our own sign-in',
  'status-page': 'public status page',
  reach: 'reach of the hosts',
  connectors: 'connectors',
  looks: 'kept looks',
};

const STATE_NAMES: Readonly<Record<BlindState, string>> = {
  fresh: 'ok',
  stale: 'stale',
  partial: 'partial',
  missing: 'missing',
  error: 'error',
  'wrong clock': 'wrong clock',
};

/** Lines of a table without marks, the head first. */
export function blindTable(spots: readonly BlindSpot[] = BLIND_SPOTS): readonly string[] {
  const rows = [
    ['blind to', 'calm', 'outage, not posted', 'outage, posted'],
    ...spots.map((spot) => [blindName(spot), spot.calm, spot.unposted, spot.posted]),
  ];
  return rows.map((cells) =>
    cells
      .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
      .join('')
      .trimEnd(),
  );
}

const WIDTHS = [33, 10, 20, 14];
