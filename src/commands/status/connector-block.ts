/** Connectors in one line: how many, which of them are off while mail is meant to take them, and what waits at one. */
import type { HeldAtConnector, SetUp } from '#mailflow/incident/set-up.js';
import type { Signal } from '#mailflow/incident/signal.js';
import { counted, formatCount } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';

const LABEL_COLUMNS = 12;
const NAMED = 2;

type Remote = Pick<Sheet, 'remote'>;

/** On a small screen one line: in an outage what waits at a connector goes before what else is to be said of it. */
export function connectorLines(
  signal: Signal<unknown>,
  setUp: SetUp | null,
  sheet: Sheet,
  isWide: boolean,
): readonly string[] {
  if (setUp === null) return [unseenText(signal, sheet)];
  const [held] = setUp.heldAt;
  if (held === undefined) return [toldText(signal, fittingText(setUp, sheet))];
  if (isWide) return [toldText(signal, fittingText(setUp, sheet)), heldText(held, sheet)];
  return [toldText(signal, briefText(setUp, held, sheet))];
}

/** What was told then must not be read as of now. */
function toldText({ quality, reason }: Signal<unknown>, text: string): string {
  if (quality === 'fresh') return text;
  if (quality === 'stale' && reason !== 'clock') return `Then: ${text} STALE (${reason ?? quality}).`;
  return `${text} Not all was seen (${reason ?? quality}).`;
}

function unseenText({ reason, why }: Signal<unknown>, { remote }: Remote): string {
  if (reason === 'not-asked') return `Not asked: ${remote(why ?? 'unknown why')}.`;
  return `Not seen (${reason ?? 'unknown'}); \`mailcheck connectors\` tells why.`;
}

/** In one line: the names go first where there is no room. */
function fittingText(setUp: SetUp, sheet: Sheet): string {
  const short = textWith(setUp, { offNames: '', stoppedNames: '' });
  const candidates = [
    setUpText(setUp, sheet),
    textWith(setUp, { offNames: namesOf(setUp.off, sheet), stoppedNames: '' }),
    short,
  ];
  const room = sheet.page.widthColumns - LABEL_COLUMNS;
  return candidates.find((text) => text.length <= room) ?? short;
}

function briefText({ inbound, outbound, off }: SetUp, held: HeldAtConnector, { remote }: Remote): string {
  return [
    ...countWords({ inbound, outbound }),
    ...(off.length === 0 ? [] : [`${formatCount(off.length)} off`]),
    `${formatCount(held.read)} read ${held.read === 1 ? 'waits' : 'wait'} at ${remote(held.connector)}.`,
  ].join('; ');
}

/** `5 out, 3 in; 2 off that mail needs: Outbound to Tailspin, Encrypted mail; 9 warnings`. */
export function setUpText(setUp: SetUp, sheet: Remote): string {
  return textWith(setUp, {
    offNames: namesOf(setUp.off, sheet),
    stoppedNames: namesOf(setUp.stopped, sheet),
  });
}

interface Names {
  readonly offNames: string;
  readonly stoppedNames: string;
}

function textWith(
  { inbound, outbound, off, stopped, findings }: SetUp,
  { offNames, stoppedNames }: Names,
): string {
  const warnings = findings.critical + findings.warning;
  const parts = [
    ...countWords({ inbound, outbound }),
    off.length === 0
      ? 'none off that mail needs'
      : `${formatCount(off.length)} off that mail needs${offNames}`,
    ...(stopped.length === 0
      ? []
      : [`${counted(stopped.length, 'domain', 'domains')} stopped${stoppedNames}`]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning', 'warnings')]),
  ];
  return `${parts.join('; ')}.`;
}

/** `5 out, 3 in`, as far as they were to be seen. */
function countWords({ inbound, outbound }: Pick<SetUp, 'inbound' | 'outbound'>): readonly string[] {
  const counts = [
    ...(outbound === null ? [] : [`${formatCount(outbound)} out`]),
    ...(inbound === null ? [] : [`${formatCount(inbound)} in`]),
  ];
  return counts.length === 0 ? [] : [counts.join(', ')];
}

function namesOf(all: readonly string[], { remote }: Remote): string {
  const rest = all.length - NAMED;
  const words = [...all.slice(0, NAMED).map(remote), ...(rest > 0 ? [`${formatCount(rest)} more`] : [])];
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

function heldText({ connector, hosts, read }: HeldAtConnector, { remote }: Remote): string {
  const waits = read === 1 ? 'waits' : 'wait';
  return `${formatCount(read)} of those read ${waits} for ${hosts.map(remote).join(', ')} (${remote(connector)}).`;
}
