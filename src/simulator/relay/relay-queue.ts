/**
 * The queue of the tenant's own relay. Partners with servers of their own send through it; what the edge of Microsoft turns
 * away waits here and is in no trace. Some ordinary mail to others waits as well, as on any day.
 */
import type { EdgeRefusal } from '../outskirts/edge.js';
import { randomOf } from '../population/random.js';
import type { RefusedMail } from '../population/refused-mail.js';
import { isWaiting } from '../population/refused-mail.js';
import { DESTINATIONS, personAt, TENANT_DOMAIN } from '../scenario/places.js';
import type { Scenario } from '../scenario/scenario.js';

export interface QueuedMail {
  readonly queueId: string;
  readonly arrivedAt: Date;
  readonly sizeBytes: number;
  readonly sender: string;
  readonly recipient: string;
  readonly delayReason: string;
}

interface RelayQueueOptions {
  readonly scenario: Pick<Scenario, 'name' | 'turnsAwayAt'>;
  readonly seed: number;
  readonly now: Date;
  readonly edge: readonly EdgeRefusal[];
}

/** Oldest first. */
export function relayQueueAt(
  refused: readonly RefusedMail[],
  options: RelayQueueOptions,
): readonly QueuedMail[] {
  const waiting = refused
    .filter((mail) => mail.isRelayed && isWaiting(mail, options.now))
    .map((mail) => turnedAway(mail, options));
  return [...waiting, ...ordinaryMail(options)].toSorted(
    (one, other) => one.arrivedAt.getTime() - other.arrivedAt.getTime(),
  );
}

const EDGE = 'host contoso-example.mail.protection.outlook.com[203.0.113.41]';

function turnedAway(
  { id, sender, recipient, sizeBytes, knockedAt: arrivedAt }: RefusedMail,
  { scenario, edge, now }: RelayQueueOptions,
): QueuedMail {
  // What was said at the last try, which after recovery is still that of the outage.
  const reply = edge.findLast(({ from }) => from <= now)?.reply ?? '';
  const delayReason =
    scenario.turnsAwayAt === 'greeting'
      ? `${EDGE} refused to talk to me: ${reply}`
      : `${EDGE} said: ${reply} (in reply to RCPT TO command)`;
  return { queueId: queueIdOf(id), arrivedAt, sizeBytes, sender, recipient, delayReason };
}

/** As Postfix names a file of its queue. */
function queueIdOf(guid: string): string {
  return guid.replaceAll('-', '').slice(0, 11).toUpperCase();
}

interface OrdinaryWait {
  readonly minutes: number;
  readonly domain: string;
  readonly reason: string;
}

/** Behind a greylist, at a server that is down, and to a name that nobody has. */
const ORDINARY_WAITS: readonly OrdinaryWait[] = [
  {
    minutes: 3,
    domain: 'tailspin.example',
    reason: 'said: 451 4.7.1 Greylisted, try again in 300 seconds (in reply to RCPT TO command)',
  },
  {
    minutes: 11,
    domain: 'proseware.example',
    reason: 'said: 450 4.2.0 Greylisting in action, please come back later (in reply to RCPT TO command)',
  },
  { minutes: 95, domain: 'woodgrove.example', reason: 'Connection refused' },
  { minutes: 240, domain: 'woodgrove.example', reason: 'Connection refused' },
  { minutes: 700, domain: 'woodgrove.example', reason: 'Connection refused' },
  { minutes: 1_140, domain: 'fabrikm.example', reason: 'Host not found' },
];

function ordinaryMail({ scenario, seed, now }: RelayQueueOptions): readonly QueuedMail[] {
  return ORDINARY_WAITS.map(({ minutes, domain, reason }, index) => {
    const random = randomOf(seed, scenario.name, 'relay', index);
    const sender = personAt(random, TENANT_DOMAIN);
    return {
      queueId: queueIdOf(random.guid()),
      arrivedAt: new Date(now.getTime() - minutes * 60_000),
      sizeBytes: random.between(2_000, 60_000),
      sender,
      recipient: personAt(random, domain),
      delayReason: reasonAt(domain, reason),
    };
  });
}

/** In the words of Postfix. */
function reasonAt(domain: string, reason: string): string {
  const hop = DESTINATIONS.find((each) => each.domain === domain);
  if (hop === undefined)
    return `Host or domain name not found. Name service error for name=${domain} type=MX: Host not found, try again`;
  return reason.startsWith('said: ')
    ? `host ${hop.mx}[${hop.ip}] ${reason}`
    : `connect to ${hop.mx}[${hop.ip}]:25: ${reason}`;
}
