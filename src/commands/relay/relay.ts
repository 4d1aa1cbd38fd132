import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { olderFlag, policyFlag, queueByFlag, topFlag } from '#cli/queue-flags.js';
import * as relayFlags from '#cli/relay-flags.js';
import { limitsOf } from '#mailflow/check/check-policy.js';
import type { Gap } from '#mailflow/finding.js';
import { adviseRelay } from '#mailflow/relay/advice.js';
import { judgeRelay, type RelayEvidence } from '#mailflow/relay/judge-relay.js';
import type { RelayDelivery } from '#mailflow/relay/relay-delivery.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { RelaySource } from '#mailflow/relay/relay-source.js';
import { formatCount } from '#render/human-format.js';

import { readPolicy } from '../check/read-policy.js';
import { relayViews } from './relay.view.js';
import type { RelayAnswer } from './relay-answer.js';
import { openRelayCounts } from './relay-counts.js';
import { parseRelay, type RelayOptions } from './relay-options.js';
import { relaySummary } from './relay-summary.js';

const SCREEN_ROWS = 5;

/** No service is asked. */
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
    'Mail that Microsoft defers before accepting it is in no trace: it waits at the sender. Reads Postfix, Exim, OpenSMTPD and Exchange Server; mail for Microsoft is told by the next hop and the reply, and by --domain. A program is started as it is, with no shell between: quotes keep words together, and nothing is expanded. Warning from 20 for Microsoft that wait 30 minutes, critical from 200 that wait an hour, whatever the number of domains; a policy moves the limits. A queue and a log of one relay may be given together: what both name counts once. Rows are held and failed mail.',
  flags: [
    relayFlags.relayFileFlag,
    relayFlags.runFlag,
    relayFlags.relayFormatFlag,
    relayFlags.relayFileTimeZoneFlag,
    relayFlags.relayDateOrderFlag,
    relayFlags.relayDomainFlag,
    relayFlags.queueLifetimeFlag,
    queueByFlag,
    topFlag,
    olderFlag,
    policyFlag,
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
  const { policy } = await readPolicy(options.policy, ports);
  const thresholds = limitsOf(policy).queue;
  const source = await ports.relays(options.request);
  const counts = openRelayCounts({
    ...{ ...options, thresholds, asOf: () => source.asOf() ?? ports.now() },
    hashSeed: Math.floor(ports.random() * 2 ** 32),
  });
  const gaps: Gap[] = [];
  const queues: RelayQueueCount[] = [];
  let read = 0;
  for await (const batch of source.mails(ports.signal)) {
    for (const note of batch.notes) ports.note(note);
    gaps.push(...batch.gaps);
    queues.push(...batch.queues);
    read += batch.mails.length;
    if (batch.mails.length > 0) ports.progress(`${formatCount(read)} read`);
    const rows = batch.mails.flatMap((mail) => counts.observe(mail) ?? []);
    if (rows.length > 0) yield rows;
  }
  const { shown, judged } = counts.counts();
  return {
    ...concludeRelay({ ...shown, ...adviceOf(judged, source, options), queues }, options, source),
    findings: judgeRelay({ ...judged, queues }, thresholds),
    incomplete: gaps,
  };
}

function adviceOf(
  { tally, left }: Pick<RelayEvidence, 'tally' | 'left'>,
  source: RelaySource,
  { queueLifetimeSeconds }: RelayOptions,
): Pick<RelayAnswer, 'advice' | 'formats'> {
  const formats = source.formats();
  return { formats, advice: adviseRelay({ tally, left, queueLifetimeSeconds }, formats) };
}

type Told = Omit<RelayAnswer, 'top' | 'olderSeconds' | 'queueLifetimeSeconds' | 'knowsOwnDomains'>;

function concludeRelay(
  told: Told,
  { top, olderSeconds, queueLifetimeSeconds, ownDomains }: RelayOptions,
  { kind }: RelaySource,
): Omit<Conclusion<RelayAnswer>, 'findings' | 'incomplete'> {
  const answer = { ...told, top, olderSeconds, queueLifetimeSeconds, knowsOwnDomains: ownDomains !== null };
  return {
    result: answer,
    summary: relaySummary(answer),
    tenant: null,
    source: { kind, asOf: answer.tally.asOf, requests: 0 },
    window: null,
  };
}
