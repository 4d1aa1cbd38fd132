/** What status may see of a calm day and of an outage, whole or spoilt. Everything is declared; nothing is asked. */
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { sample } from '#mailflow/connector/lint/sample.js';
import type { Gap } from '#mailflow/finding.js';
import type { HealthAnswer } from '#mailflow/health/health-source.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import type { Look } from '#mailflow/incident/look.js';
import type { Sightings, TraceSight } from '#mailflow/incident/sightings.js';
import type { Glimpse, Signal, SignalName, Trouble } from '#mailflow/incident/signal.js';
import { failedSignal, missingSignal, seenSignal } from '#mailflow/incident/signal.js';
import { openTraceWatch } from '#mailflow/incident/trace-watch.js';
import type { InboundVolume } from '#mailflow/queue/inbound-volume.js';
import type { ReachReading, ReachTarget, SignInReading } from '#mailflow/reach/reach-source.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { Survey } from '#mailflow/trace/survey.js';

import { answer, issue } from '../health/issues.js';
import { deliveriesOf, type Load, NOON, surveyOf } from '../queue/mail.js';

export { NOON };

export const minutesBefore = (minutes: number, now: Date = NOON): Date =>
  new Date(now.getTime() - minutes * 60_000);

export const CALM_MAIL: readonly Load[] = [
  { kind: 'delivered', count: 800, minutes: 240, toMinutes: 6, domains: 40 },
  { kind: 'greylisted', count: 6, minutes: 60, toMinutes: 8, domains: 6 },
  { kind: 'refused', count: 4, minutes: 200, domains: 1, name: 'woodgrove' },
  { kind: 'name-unknown', count: 1, minutes: 150 },
  { kind: 'failed-unknown-recipient', count: 9, minutes: 200, toMinutes: 10, domains: 9 },
];

/** Began two hours ago. */
export const OUTAGE_MAIL: readonly Load[] = [
  { kind: 'delivered', count: 600, minutes: 240, toMinutes: 6, domains: 40 },
  { kind: 'by-service', count: 110, minutes: 118, toMinutes: 7, inboundFrom: 20 },
  { kind: 'closed-abruptly', count: 100, minutes: 118, toMinutes: 7, domains: 12 },
  { kind: 'refused', count: 20, minutes: 200, toMinutes: 10, domains: 1, name: 'woodgrove' },
  { kind: 'greylisted', count: 6, minutes: 60, toMinutes: 8, domains: 6 },
];

export function sightOf(
  loads: readonly Load[] | readonly Delivery[],
  more: Partial<Survey> = {},
  now: Date = NOON,
): TraceSight {
  const deliveries = loads.flatMap((each) => ('kind' in each ? deliveriesOf([each], now) : [each]));
  const watch = openTraceWatch({ now });
  for (const delivery of deliveries) watch.observe(delivery);
  return watch.sight(surveyOf(deliveries, more, now));
}

/** Mail flow, since two hours ago. */
export const MAIL_ISSUE: ServiceIssue = issue({
  id: 'EX1331830',
  title: 'Delays of mail from outside',
  feature: 'Mailflow - delayed delivery from Internet',
  featureGroup: 'E-Mail timely delivery',
  startedAt: minutesBefore(120),
});

const target = (name: ReachTarget, greeting: string | null = null): ReachReading => ({
  target: name,
  host: `${name}.example`,
  port: name === 'inbound-mail' ? 25 : 443,
  outcome: { kind: 'reached', firstByteMs: 30, greeting },
});

export const REACHED: readonly ReachReading[] = [
  target('control'),
  target('sign-in'),
  target('graph'),
  target('exchange'),
  target('inbound-mail', '220 mail.protection.outlook.com ready'),
];

export function unreached(
  targets: readonly ReachTarget[],
  reason: 'timeout' | 'name-server-silent' = 'timeout',
): readonly ReachReading[] {
  return REACHED.map((reading) =>
    targets.includes(reading.target)
      ? { ...reading, outcome: { kind: 'failed', step: 'connect', reason, text: 'ETIMEDOUT' } }
      : reading,
  );
}

/** Four weeks of calm hours, one look each. */
export const CALM_LOOKS: readonly Look[] = Array.from({ length: 28 * 24 }, (_, index) => ({
  at: minutesBefore((28 * 24 - index) * 60),
  level: 'ok' as const,
  badSignals: [],
  counts: { deliveries: 820, held: 11, failed: 9, windowMinutes: 240 },
}));

const PAGE: StatusPageReading = {
  kind: 'answered',
  status: 'Available',
  title: 'Admin center',
  message: '',
  authoredAt: null,
};

export const CONNECTORS: ConnectorInventory = sample({
  inbound: [{}],
  outbound: [{ recipientDomains: ['plants.contoso.example'] }],
  domains: [{ isDefault: true }, { name: 'plants.contoso.example', type: 'InternalRelay' }],
}).inventory;

/** Nothing of it would let mail pass. */
export const STOPPED_CONNECTORS: ConnectorInventory = sample({
  outbound: [{ recipientDomains: ['plants.contoso.example'], enabled: false }],
  domains: [
    { isDefault: true, sendingFromStopped: true, sendingToStopped: true },
    { name: 'plants.contoso.example', type: 'InternalRelay' },
  ],
}).inventory;

/** So many messages came in where 300 are usual. */
export function inboundAs(kind: InboundVolume['kind'], seen: number): InboundVolume {
  const share = 1 - seen / 300;
  return {
    kind,
    from: minutesBefore(120),
    until: minutesBefore(15),
    inbound: { seen, usual: 300 },
    others: { seen: 420, usual: 410 },
    missing: { share, low: Math.max(0, share - 0.12), high: Math.min(1, share + 0.1) },
    weeks: 4,
  };
}

/** The values of all signals. */
export interface View {
  readonly trace: TraceSight;
  readonly inbound: InboundVolume;
  readonly health: HealthAnswer;
  readonly signIn: SignInReading;
  readonly statusPage: StatusPageReading;
  readonly reach: readonly ReachReading[];
  readonly connectors: ConnectorInventory;
  readonly looks: readonly Look[];
}

export const CALM: View = {
  trace: sightOf(CALM_MAIL),
  inbound: inboundAs('usual', 290),
  health: answer(),
  signIn: { kind: 'issued', tookMs: 200 },
  statusPage: PAGE,
  reach: REACHED,
  connectors: CONNECTORS,
  looks: CALM_LOOKS,
};

export const UNPOSTED: View = { ...CALM, trace: sightOf(OUTAGE_MAIL), inbound: inboundAs('dip', 140) };
export const POSTED: View = { ...UNPOSTED, health: answer({ issues: [MAIL_ISSUE] }) };

export function glimpse(name: SignalName, sourceTime: Date = NOON): Glimpse {
  return { name, observedAt: NOON, sourceTime, maxAgeSeconds: 900 };
}

export function seen<Value>(name: SignalName, value: Value, gaps: readonly Gap[] = []): Signal<Value> {
  return seenSignal(glimpse(name), value, { now: NOON, gaps });
}

export function sightingsOf(view: View, more: Partial<Sightings> = {}): Sightings {
  return {
    now: NOON,
    trace: seen('trace', view.trace),
    inbound: seen('inbound', view.inbound),
    health: seen('health', view.health),
    signIn: seen('sign-in', view.signIn),
    statusPage: seen('status-page', view.statusPage),
    reach: seen('reach', view.reach),
    connectors: seen('connectors', view.connectors),
    looks: seen('looks', view.looks),
    ...more,
  };
}

export const trouble = (reason: string): Trouble => ({
  why: `it could not be had: ${reason}`,
  reason,
  remedy: 'Ask again.',
  retryAfterSeconds: null,
});

export const failed = <Value>(name: SignalName, reason: string): Signal<Value> =>
  failedSignal(glimpse(name), trouble(reason));

export const missing = <Value>(name: SignalName): Signal<Value> =>
  missingSignal(glimpse(name), trouble('not-asked'));
