/** Counts what a relay tells while it goes by: what is held and how old it is, what waits for Microsoft, what has left. */
import { openKeyedAges, type QueueGrouping } from '#mailflow/queue/age-table.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { openQueueClock } from '#mailflow/queue/queue-clock.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import type { RelayEvidence } from '#mailflow/relay/judge-relay.js';
import type { RelayDelivery } from '#mailflow/relay/relay-delivery.js';
import { openRelayIntake } from '#mailflow/relay/relay-intake.js';
import { openMostly, RELAY_KEYS } from '#mailflow/relay/relay-keys.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import { openLeftWatch, openRelayWatch } from '#mailflow/relay/relay-tally.js';

import type { RelayAnswer } from './relay-answer.js';
import type { RelayOptions } from './relay-options.js';

interface CountOptions extends Pick<
  RelayOptions,
  'ownDomains' | 'queueLifetimeSeconds' | 'by' | 'olderSeconds'
> {
  readonly thresholds: QueueThresholds;
  /** Of a log known only when it is read to its end; held mail comes after that. */
  readonly asOf: () => Date;
  readonly hashSeed: number;
}

interface RelayCounts {
  /** The row to show; null for what is no row. */
  readonly observe: (mail: RelayMail) => RelayDelivery | null;
  readonly counts: () => Counted;
}

interface Counted {
  readonly shown: Pick<RelayAnswer, 'times' | 'by' | 'survey' | 'relay' | 'left' | 'tally' | 'examined'>;
  readonly judged: Omit<RelayEvidence, 'queues'>;
}

export function openRelayCounts(options: CountOptions): RelayCounts {
  const { ownDomains, queueLifetimeSeconds, by, olderSeconds, thresholds, asOf } = options;
  const domains = ownDomains === null ? null : new Set(ownDomains);
  const intake = openRelayIntake({ ownDomains: domains, queueLifetimeSeconds, asOf }, options.hashSeed);
  const left = openLeftWatch();
  const opened: { held: HeldCounts | null } = { held: null };
  const held = (): HeldCounts =>
    (opened.held ??= openHeldCounts({ now: asOf(), thresholds, by, olderSeconds }));

  return {
    observe: (mail) => {
      const delivery = intake.take(mail);
      if (delivery === null) return null;
      if (delivery.held) return held().observe(delivery) ? delivery : null;
      left.observe(delivery);
      return delivery.state === 'delivered' ? null : delivery;
    },
    counts: () => {
      const { shown, judged } = held().counts();
      return { shown: { ...shown, left: left.tally() }, judged: { ...judged, left: left.tally() } };
    },
  };
}

interface HeldOptions {
  readonly now: Date;
  readonly thresholds: QueueThresholds;
  readonly by: QueueGrouping;
  readonly olderSeconds: number | null;
}

interface HeldCounts {
  /** Whether it is one to show. */
  readonly observe: (delivery: RelayDelivery) => boolean;
  readonly counts: () => {
    readonly shown: Omit<Counted['shown'], 'left'>;
    readonly judged: Omit<Counted['judged'], 'left'>;
  };
}

/** All is judged; what is old enough is shown. */
function openHeldCounts({ now, thresholds, by, olderSeconds }: HeldOptions): HeldCounts {
  const judged = {
    all: openRelayWatch(now, thresholds),
    microsoft: openHeldWatch({ now, thresholds }),
    others: openHeldWatch({ now, thresholds }),
  };
  const shown = {
    relay: openRelayWatch(now, thresholds),
    clock: openQueueClock(now),
    table: openKeyedAges({ keyOf: RELAY_KEYS[by], now }),
    mostly: openMostly(),
  };

  function observe(delivery: RelayDelivery): boolean {
    judged.all.observe(delivery);
    (delivery.toMicrosoft ? judged.microsoft : judged.others).observe(delivery);
    const ageMs = now.getTime() - delivery.receivedAt.getTime();
    if (olderSeconds !== null && ageMs < olderSeconds * 1000) return false;
    shown.relay.observe(delivery);
    // A relay gives up at its next try: until then it has the mail, though its time is over.
    const isOver = delivery.expiresAt !== null && delivery.expiresAt <= now;
    shown.clock.observe(isOver ? { ...delivery, expiresAt: null } : delivery);
    shown.table.observe(delivery);
    shown.mostly.observe(delivery);
    return true;
  }

  return {
    observe,
    counts: () => {
      const relay = shown.relay.tally();
      return {
        shown: {
          ...{ relay, tally: { asOf: now }, examined: relay.held },
          times: { ...shown.clock.times(), oldest: relay.oldest, pastExpiry: relay.pastExpiry },
          by: { grouping: by, rows: shown.table.table() },
          survey: { destinations: shown.mostly.destinations() },
        },
        judged: {
          tally: judged.all.tally(),
          ...{ microsoft: judged.microsoft.tally(), others: judged.others.tally() },
        },
      };
    },
  };
}
