/** Whatever may be seen, for properties: any mail, any issues, any signal spoilt in any way. */
import fc from 'fast-check';

import type { Sightings } from '#mailflow/incident/sightings.js';
import type { Signal, SignalName } from '#mailflow/incident/signal.js';

import { answer, issue } from '../health/issues.js';
import type { Kind, Load } from '../queue/mail.js';
import {
  CALM,
  CALM_LOOKS,
  failed,
  missing,
  REACHED,
  sightingsOf,
  sightOf,
  trouble,
  type View,
} from './views.js';

const KINDS: readonly Kind[] = [
  'delivered',
  'by-service',
  'closed-abruptly',
  'refused',
  'name-unknown',
  'at-connector',
  'greylisted',
  'sender-limit',
  'untold',
  'unread',
  'failed-by-service',
  'failed-at-recipient',
  'failed-unknown-recipient',
];

export const anyLoad: fc.Arbitrary<Load> = fc.record({
  kind: fc.constantFrom(...KINDS),
  count: fc.integer({ min: 0, max: 80 }),
  minutes: fc.integer({ min: -100, max: 3000 }),
  domains: fc.integer({ min: 1, max: 20 }),
});

const anyIssue = fc
  .record({
    id: fc.constantFrom('EX1', 'MO2', '', 'TM3'),
    service: fc.constantFrom('Exchange Online', 'Microsoft 365 suite', 'Microsoft Entra', 'Tomorrow'),
    title: fc.string(),
    feature: fc.constantFrom(null, 'Mailflow - delayed delivery', 'Sign-in', 'Calendar'),
    classification: fc.constantFrom('incident', 'advisory', 'Incident', 'thing of tomorrow'),
    status: fc.constantFrom('serviceDegradation', 'unknownFutureValue', 'serviceRestored'),
    isResolved: fc.constantFrom(true, false, null),
    startedAt: fc.date({ noInvalidDate: false }),
  })
  .map((changes) => issue(changes));

export const SPOILINGS = ['none', 'stale', 'partial', 'missing', 'error', 'clock'] as const;
type Spoiling = (typeof SPOILINGS)[number];

function spoil<Value>(name: SignalName, signal: Signal<Value>, how: Spoiling): Signal<Value> {
  switch (how) {
    case 'none':
      return signal;
    case 'missing':
      return missing(name);
    case 'error':
      return failed(name, 'timeout');
    case 'partial':
    case 'stale':
      return { ...signal, quality: how, ...trouble(how) };
    case 'clock':
      return { ...signal, quality: 'stale', ...trouble('clock') };
  }
}

/** Each of the signals may be spoilt. */
export const anySightings = sightingsSpoilt(fc.constantFrom(...SPOILINGS));

/** Most of the signals are sound: where all may be spoilt, hardly anything is proven. */
export const mostlySound = sightingsSpoilt(
  fc.oneof({ weight: 12, arbitrary: fc.constant<Spoiling>('none') }, fc.constantFrom(...SPOILINGS)),
);

function sightingsSpoilt(how: fc.Arbitrary<Spoiling>): fc.Arbitrary<Sightings> {
  return fc
    .record({
      loads: fc.array(anyLoad, { maxLength: 5 }),
      isListedWhole: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
      issues: fc.array(anyIssue, { maxLength: 3 }),
      clockAheadMs: fc.constantFrom(0, 400_000, NaN),
      greeting: fc.option(fc.string()),
      hows: fc.array(how, { minLength: 7, maxLength: 7 }),
    })
    .map(({ loads, isListedWhole, issues, clockAheadMs, greeting, hows }): Sightings => {
      const reach = REACHED.map((reading) => ({
        ...reading,
        outcome: { kind: 'reached' as const, firstByteMs: 1, greeting },
      }));
      const view: View = {
        ...CALM,
        trace: sightOf(loads, { isListedWhole }),
        health: answer({ issues, clockAheadMs }),
        reach,
        looks: CALM_LOOKS.filter((_, index) => index % 24 === 0),
      };
      return spoilAll(sightingsOf(view), hows);
    });
}

export function spoilAll(sightings: Sightings, hows: readonly Spoiling[]): Sightings {
  const [
    trace = 'none',
    health = 'none',
    signIn = 'none',
    statusPage = 'none',
    reach = 'none',
    looks = 'none',
    connectors = 'none',
  ] = hows;
  return {
    ...sightings,
    trace: spoil('trace', sightings.trace, trace),
    health: spoil('health', sightings.health, health),
    signIn: spoil('sign-in', sightings.signIn, signIn),
    statusPage: spoil('status-page', sightings.statusPage, statusPage),
    reach: spoil('reach', sightings.reach, reach),
    looks: spoil('looks', sightings.looks, looks),
    connectors: spoil('connectors', sightings.connectors, connectors),
  };
}
