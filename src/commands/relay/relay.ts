import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import * as relayFlags from '#cli/relay-flags.js';
import type { Gap } from '#mailflow/finding.js';
import { openAgeTable, type QueueGrouping } from '#mailflow/queue/age-table.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import { adviseRelay } from '#mailflow/relay/advice.js';
import { judgeRelay, type RelayEvidence } from '#mailflow/relay/judge-relay.js';
import type { RelayDelivery } from '#mailflow/relay/relay-delivery.js';
import { openRelayIntake } from '#mailflow/relay/relay-intake.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { RelaySource } from '#mailflow/relay/relay-source.js';
import { openLeftWatch, openRelayWatch } from '#mailflow/relay/relay-tally.js';
import { formatCount } from '#render/human-format.js';

import { relayViews } from './relay.view.js';
import type { RelayAnswer } from './relay-answer.js';
import { parseRelay, type RelayOptions } from './relay-options.js';
import { relaySummary } from './relay-summary.js';

const SCREEN_ROWS = 5;

/** One of the simulated tenant's has no queue but that of a drill. */
const IDLE_FLAGS: ReadonlySet<unknown> = new Set([
  flags.tenantFlag,
  flags.cloudFlag,
  flags.viaFlag,
  flags.graphUrlFlag,
  flags.exchangeUrlFlag,
  flags.caFileFlag,
]);

export const relay = defineCommand<RelayOptions, RelayDelivery, RelayAnswer>({
  words: ['relay'],
  summary: 'Show what waits at your relay: how much Microsoft defers, how old it is, and why',
  permissions: [],
  examples: [
    { does: 'The queue of a Postfix on this machine', line: "relay --run 'postqueue -j'" },
    {
      does: 'Mail for your tenant by reason',
      line: 'relay --file queue.json --domain contoso.example --by reason',
    },
    { does: 'A log with its older, packed files', line: 'relay --file mail.log --file mail.log.1.gz' },
    {
      does: 'What expires, where the relay keeps mail for five days',
      line: 'relay --file queue.json --queue-lifetime 5d',
    },
    { does: 'Rehearse on the outage of June 2026', line: 'relay --drill=june-2026' },
  ],
  about:
    'Mail that Microsoft defers before accepting it is in no trace: it waits at the sender. Reads Postfix, Exim, OpenSMTPD and Exchange Server; mail for Microsoft is told by the next hop and the reply, and by --domain. A program is started as it is, with no shell between: quotes keep words together, and nothing is expanded. Rows are held and failed mail.',
  flags: [
    relayFlags.relayFileFlag,
    relayFlags.runFlag,
    relayFlags.relayFormatFlag,
    relayFlags.relayFileTimeZoneFlag,
    relayFlags.relayDateOrderFlag,
    relayFlags.relayDomainFlag,
    relayFlags.queueLifetimeFlag,
    relayFlags.relayByFlag,
    relayFlags.olderFlag,
    relayFlags.topFlag,
  ],
  commonFlags: flags.COMMON_FLAGS.filter((flag) => !IDLE_FLAGS.has(flag)),
  judges: true,
  schema: 'mailcheck.relay/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseRelay,
  run: runRelay,
  views: relayViews,
});

async function* runRelay(options: RelayOptions, ports: Ports): Answer<RelayDelivery, RelayAnswer> {
  const source = await ports.relays(options.request);
  const hashSeed = Math.floor(ports.random() * 2 ** 32);
  const bench = openBench(options, { asOf: () => source.asOf() ?? ports.now(), hashSeed });
  const gaps: Gap[] = [];
  const queues: RelayQueueCount[] = [];
  let read = 0;
  for await (const batch of source.mails(ports.signal)) {
    for (const note of batch.notes) ports.note(note);
    gaps.push(...batch.gaps);
    queues.push(...batch.queues);
    read += batch.mails.length;
    if (batch.mails.length > 0) ports.progress(`${formatCount(read)} read`);
    const rows = batch.mails.flatMap((mail) => bench.observe(mail) ?? []);
    if (rows.length > 0) yield rows;
  }
  return concludeRelay(bench.answer(source.formats(), queues), source, gaps);
}

interface BenchOptions {
  /** Of a log known only when it is read to its end; held mail comes after that. */
  readonly asOf: () => Date;
  readonly hashSeed: number;
}

interface Bench {
  /** The row to show; null for what is no row. */
  readonly observe: (mail: RelayMail) => RelayDelivery | null;
  readonly answer: (formats: readonly string[], queues: readonly RelayQueueCount[]) => Answered;
}

interface Answered {
  readonly answer: RelayAnswer;
  readonly evidence: RelayEvidence;
}

function openBench(options: RelayOptions, { asOf, hashSeed }: BenchOptions): Bench {
  const { ownDomains, queueLifetimeSeconds, by, olderSeconds, top } = options;
  const domains = ownDomains === null ? null : new Set(ownDomains);
  const intake = openRelayIntake({ ownDomains: domains, queueLifetimeSeconds, asOf }, hashSeed);
  const left = openLeftWatch();
  const opened: { held: HeldCounters | null } = { held: null };
  const held = (): HeldCounters => (opened.held ??= openHeldCounters(asOf(), by));

  function observeHeld(delivery: RelayDelivery): RelayDelivery | null {
    const { all, watch, microsoft, others, ages, now } = held();
    watch.observe(delivery);
    all.observe(delivery);
    (delivery.toMicrosoft ? microsoft : others).observe(delivery);
    const ageSeconds = (now.getTime() - delivery.receivedAt.getTime()) / 1000;
    if (olderSeconds !== null && ageSeconds < olderSeconds) return null;
    ages.observe(delivery);
    return delivery;
  }

  return {
    observe: (mail) => {
      const delivery = intake.take(mail);
      if (delivery === null) return null;
      if (delivery.held) return observeHeld(delivery);
      left.observe(delivery);
      return delivery.state === 'delivered' ? null : delivery;
    },
    answer: (formats, queues) => {
      const { all, watch, microsoft, others, ages, now } = held();
      const tally = watch.tally();
      const leftTally = left.tally();
      const situation = { tally, left: leftTally, queueLifetimeSeconds, now };
      return {
        answer: {
          ...{ tally, left: leftTally, held: all.tally(), grouping: by, table: ages.table(), olderSeconds },
          ...{ top, queues, formats, asOf: now, queueLifetimeSeconds, knowsOwnDomains: domains !== null },
          advice: adviseRelay(situation, formats),
        },
        evidence: {
          ...{ tally, left: leftTally, queues },
          ...{ microsoft: microsoft.tally(), others: others.tally() },
        },
      };
    },
  };
}

type HeldCounters = ReturnType<typeof openHeldCounters>;

function openHeldCounters(now: Date, grouping: QueueGrouping) {
  return {
    now,
    all: openHeldWatch({ now }),
    watch: openRelayWatch(now),
    /** Mail for Microsoft, and the rest. */
    microsoft: openHeldWatch({ now }),
    others: openHeldWatch({ now }),
    ages: openAgeTable({ grouping, now }),
  };
}

function concludeRelay(
  { answer, evidence }: Answered,
  source: RelaySource,
  incomplete: readonly Gap[],
): Conclusion<RelayAnswer> {
  return {
    result: answer,
    summary: relaySummary(answer),
    tenant: null,
    source: { kind: source.kind, asOf: answer.asOf, requests: 0 },
    window: null,
    findings: judgeRelay(evidence),
    incomplete,
  };
}
