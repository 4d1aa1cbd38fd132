/** Populations of held deliveries whose true reasons are known, to test what a sample says of them. */
import type { Reason } from '#mailflow/bounce/verdict.js';
import type { Random } from '#mailflow/sampling/random.js';
import type { Candidate } from '#mailflow/sampling/stratify.js';

export interface KnownDelivery extends Candidate {
  readonly reason: Reason;
}

type Population = (random: Random) => KnownDelivery[];

const DOMAINS = ['fabrikam', 'tailspin', 'northwind', 'adatum', 'litware', 'proseware'];
const MIX: readonly Reason[] = ['connection-failed', 'connection-failed', 'dns-failure', 'throttled'];

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Large domains and a long tail of small ones. */
function someDomain(random: Random): string {
  return random() < 0.6 ? `${pick(DOMAINS, random)}.example` : `tail-${Math.floor(random() * 200)}.example`;
}

interface Wave {
  readonly messages: number;
  readonly recipients: (random: Random) => number;
  /** The reasons of one message's recipients. */
  readonly reasonOf: (random: Random) => (domain: string) => Reason;
}

function wave({ messages, recipients, reasonOf }: Wave, name: string, random: Random): KnownDelivery[] {
  return Array.from({ length: messages }, (_, message) => {
    const reasonIn = reasonOf(random);
    return Array.from({ length: recipients(random) }, (__, recipient) => {
      const domain = someDomain(random);
      return {
        messageTraceId: `${name}-${message}`,
        recipient: `r${recipient}@${domain}`,
        status: random() < 0.1 ? 'GettingStatus' : 'Pending',
        reason: reasonIn(domain),
      };
    });
  }).flat();
}

const one = (): number => 1;
/** Mostly few recipients, sometimes a hundred. */
const clustered = (random: Random): number => Math.max(1, Math.floor(1 / (random() + 0.01)));
const anyReason =
  (random: Random): (() => Reason) =>
  () =>
    pick(MIX, random);
const byMessage = (random: Random): (() => Reason) => {
  const reason = pick(MIX, random);
  return () => reason;
};
const byDomain =
  () =>
  (domain: string): Reason => {
    if (domain.startsWith('tail')) return 'dns-failure';
    return domain < 'n' ? 'connection-failed' : 'throttled';
  };

export const POPULATIONS: readonly (readonly [string, Population])[] = [
  [
    'mixed: every delivery has its own reason',
    (random) => wave({ messages: 1500, recipients: one, reasonOf: anyReason }, 'm', random),
  ],
  [
    'by domain: the destination decides',
    (random) => wave({ messages: 1500, recipients: one, reasonOf: byDomain }, 'm', random),
  ],
  [
    'clustered: all recipients of a message share its reason',
    (random) => wave({ messages: 300, recipients: clustered, reasonOf: byMessage }, 'm', random),
  ],
  [
    'clustered, each recipient with a reason of its own',
    (random) => wave({ messages: 300, recipients: clustered, reasonOf: anyReason }, 'm', random),
  ],
  [
    'one newsletter of five hundred recipients among single messages',
    (random) => [
      ...wave({ messages: 1, recipients: () => 500, reasonOf: anyReason }, 'letter', random),
      ...wave({ messages: 800, recipients: one, reasonOf: byMessage }, 'm', random),
    ],
  ],
  [
    'fewer messages than details',
    (random) => wave({ messages: 25, recipients: () => 20, reasonOf: anyReason }, 'm', random),
  ],
  ['nearly all read', (random) => wave({ messages: 75, recipients: one, reasonOf: anyReason }, 'm', random)],
];
