/** Each cell takes one source away or spoils it. Old and incomplete answers are made to tell the opposite of the truth. */
import { expect, test } from 'vitest';

import { blindSpots } from '#commands/topics/blind-spots.js';
import type { Gap } from '#mailflow/finding.js';
import { assess } from '#mailflow/incident/assess.js';
import {
  BLIND_SPOTS,
  type BlindLevels,
  blindName,
  type BlindSpot,
  type BlindState,
  blindTable,
  OWN_TROUBLES,
  type OwnTrouble,
} from '#mailflow/incident/blind-spots.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { Signal, SignalName } from '#mailflow/incident/signal.js';
import { seenSignal } from '#mailflow/incident/signal.js';

import type { Load } from '../queue/mail.js';
import {
  CALM,
  failed,
  glimpse,
  minutesBefore,
  missing,
  NOON,
  OUTAGE_MAIL,
  POSTED,
  seen,
  sightingsOf,
  sightOf,
  STOPPED_CONNECTORS,
  UNPOSTED,
  unreached,
  type View,
} from './views.js';

const TRUTHS: Readonly<Record<keyof BlindLevels, View>> = { calm: CALM, unposted: UNPOSTED, posted: POSTED };

/** What an answer of two hours ago, or a part of one, would have said. */
const OPPOSITES: Readonly<Record<keyof BlindLevels, View>> = { calm: POSTED, unposted: CALM, posted: CALM };

const PAGES: Gap = { what: 'two pages', reason: 'protocol', remedy: 'Ask again.', retryAfterSeconds: null };
const SKEW_MS = 6 * 60_000;

function spoilt<Value>(name: SignalName, state: BlindState, truth: Value, opposite: Value): Signal<Value> {
  switch (state) {
    case 'fresh':
      return seen(name, truth);
    case 'stale':
      return seenSignal(glimpse(name, minutesBefore(120)), opposite, { now: NOON });
    case 'partial':
      return seen(name, opposite, [PAGES]);
    case 'missing':
      return missing(name);
    case 'error':
      return failed(name, 'unreachable');
    case 'wrong clock':
      return seenSignal(glimpse(name), truth, { now: NOON, clockAheadMs: SKEW_MS });
  }
}

function withSpoilt(name: SignalName, state: BlindState, truth: View, opposite: View): Partial<Sightings> {
  switch (name) {
    case 'trace':
      return { trace: spoilt(name, state, truth.trace, opposite.trace) };
    case 'inbound':
      return { inbound: spoilt(name, state, truth.inbound, opposite.inbound) };
    case 'health':
      return { health: spoilt(name, state, truth.health, opposite.health) };
    case 'sign-in':
      return {
        signIn: spoilt(name, state, truth.signIn, { kind: 'failed', text: 'AADSTS90033', remedy: '' }),
      };
    case 'status-page':
      return {
        statusPage: spoilt(name, state, truth.statusPage, { kind: 'unreadable', why: 'a page of HTML' }),
      };
    case 'reach':
      return { reach: spoilt(name, state, truth.reach, unreached(['graph', 'exchange', 'inbound-mail'])) };
    case 'connectors':
      return { connectors: spoilt(name, state, truth.connectors, STOPPED_CONNECTORS) };
    case 'looks':
      return { looks: spoilt(name, state, truth.looks, []) };
  }
}

/** `kind` is the truth; a source that fails for all of them fails with this reason. */
const needed = (reason: string): Partial<Sightings> => ({
  trace: failed('trace', reason),
  health: failed('health', reason),
});

const NOTHING_REACHED = unreached(['control', 'sign-in', 'graph', 'exchange', 'inbound-mail']);

function withTrouble(trouble: OwnTrouble, truth: View): Partial<Sightings> {
  switch (trouble) {
    case 'no network here':
      return {
        ...needed('unreachable'),
        reach: seen('reach', NOTHING_REACHED),
        signIn: seen('sign-in', { kind: 'failed', text: 'ENETUNREACH', remedy: 'Ask again.' }),
        statusPage: seen('status-page', { kind: 'unreadable', why: 'unreachable' }),
      };
    case 'no name server here':
      return {
        ...needed('unreachable'),
        reach: seen('reach', unreached(['control', 'sign-in', 'graph', 'exchange'], 'name-server-silent')),
      };
    case 'our credentials refused':
      return {
        ...needed('refused'),
        signIn: seen('sign-in', { kind: 'refused', text: 'AADSTS7000222', remedy: 'Renew the secret.' }),
      };
    case 'throttled (429)':
      return needed('throttled');
    case 'Graph answers 5xx':
      return needed('unreachable');
    case 'a proxy answers for Graph':
      return needed('protocol');
    case 'time is up':
      return {
        ...needed('timeout'),
        reach: failed('reach', 'timeout'),
        signIn: failed('sign-in', 'timeout'),
      };
    case 'clock wrong for all':
      return {
        trace: seenSignal(glimpse('trace'), truth.trace, { now: NOON, clockAheadMs: -SKEW_MS }),
        health: seenSignal(glimpse('health'), { ...truth.health, clockAheadMs: -SKEW_MS }, { now: NOON }),
      };
    case 'port 25 shut here':
      return { reach: seen('reach', unreached(['inbound-mail'])) };
    case 'kept looks unreadable':
      return { looks: failed('looks', 'protocol') };
    case 'trace lists nothing':
      return { trace: seen('trace', sightOf([])) };
    case 'trace is hours late':
      return { trace: seen('trace', sightOf(HOURS_AGO)) };
    case 'no reason could be read':
      return { trace: seen('trace', sightOf(loadsOf(truth).map(asUnread))) };
  }
}

/** All that shows was received before the outage began. */
const HOURS_AGO: readonly Load[] = [
  { kind: 'delivered', count: 500, minutes: 240, toMinutes: 121, domains: 30 },
];

function loadsOf(truth: View): readonly Load[] {
  return truth === CALM
    ? [
        { kind: 'delivered', count: 800, minutes: 240, toMinutes: 6, domains: 40 },
        { kind: 'unread', count: 11, minutes: 200, toMinutes: 8, domains: 9 },
      ]
    : OUTAGE_MAIL;
}

function asUnread(load: Load): Load {
  return load.kind === 'delivered' ? load : { ...load, kind: 'unread' };
}

function sightingsFor({ blind }: BlindSpot, column: keyof BlindLevels): Sightings {
  const truth = TRUTHS[column];
  const changed =
    'trouble' in blind
      ? withTrouble(blind.trouble, truth)
      : withSpoilt(blind.signal, blind.state, truth, OPPOSITES[column]);
  return sightingsOf(truth, changed);
}

const COLUMNS = ['calm', 'unposted', 'posted'] as const;

function levelsOf(spot: BlindSpot): BlindLevels {
  const [calm, unposted, posted] = COLUMNS.map((column) => assess(sightingsFor(spot, column)).level);
  return { calm: calm!, unposted: unposted!, posted: posted! };
}

const FOUND: readonly BlindSpot[] = BLIND_SPOTS.map(({ blind, ...expected }) => ({
  blind,
  ...expected,
  ...levelsOf({ blind, ...expected }),
}));

test('the table of blind spots is what is judged, cell by cell', () => {
  process.stdout.write(`\n${blindTable(FOUND).join('\n')}\n`);
  expect(blindTable(FOUND)).toEqual(blindTable());
});

test('there are 40 cells and more, and every source, state and trouble is among them', () => {
  expect(BLIND_SPOTS.length * COLUMNS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(BLIND_SPOTS.map(blindName)).size).toBe(7 * 6 + OWN_TROUBLES.length);
});

const isSpoilt = ({ blind }: BlindSpot): boolean => 'trouble' in blind || blind.state !== 'fresh';

test('no false OK: in an outage nothing that blinds makes it green', () => {
  expect(FOUND.filter(({ unposted, posted }) => unposted === 'ok' || posted === 'ok')).toEqual([]);
});

test('no critical by our own trouble: on a calm day nothing that blinds makes it red, or amber', () => {
  expect(FOUND.filter(isSpoilt).filter(({ calm }) => calm === 'critical' || calm === 'warning')).toEqual([]);
});

test('each cell that cannot tell says why, and what to do', () => {
  for (const spot of BLIND_SPOTS) {
    for (const column of COLUMNS) {
      const { level, gaps, sentence } = assess(sightingsFor(spot, column));
      if (level !== 'unknown') continue;
      expect(gaps.length, blindName(spot)).toBeGreaterThan(0);
      expect(sentence).toMatch(/^UNKNOWN: cannot tell: \S/);
      for (const { what, reason, remedy } of gaps) {
        expect([what, reason, remedy].every((text) => text !== '')).toBe(true);
      }
    }
  }
});

test('the help topic prints the same table, within 80 columns', () => {
  const lines = blindSpots.paragraphs instanceof Function ? [] : blindSpots.paragraphs.join('\n').split('\n');
  for (const line of blindTable()) expect(lines).toContain(`  ${line}`);
  expect(lines.filter((line) => line.startsWith('  ') && line.length > 80)).toEqual([]);
});
