/** What the owner of a relay does, and leaves alone, while Microsoft defers its mail: data, with the commands of each relay. */
import type { LeftTally, RelayTally } from './relay-tally.js';

export const RELAY_PROGRAMS = ['postfix', 'exim', 'opensmtpd', 'exchange'] as const;
export type RelayProgram = (typeof RELAY_PROGRAMS)[number];

interface RelayCommands {
  readonly retry: string;
  /** How to keep mail longer. */
  readonly lifetime: string;
  /** How to open fewer connections at once; null where the program has no such setting. */
  readonly concurrency: string | null;
  readonly reference: string;
}

export const RELAY_COMMANDS: Readonly<Record<RelayProgram, RelayCommands>> = {
  postfix: {
    retry: 'postqueue -f',
    lifetime: "postconf -e 'maximal_queue_lifetime = 10d' && postfix reload",
    concurrency: "postconf -e 'smtp_destination_concurrency_limit = 5' && postfix reload",
    reference: 'https://www.postfix.org/postconf.5.html',
  },
  exim: {
    retry: 'exim -qff',
    lifetime: 'the last interval of the rule in "begin retry", as G,10d,6h,1',
    concurrency: 'serialize_hosts = *.mail.protection.outlook.com in the smtp transport',
    reference: 'https://www.exim.org/exim-html-current/doc/html/spec_html/ch-retry_configuration.html',
  },
  opensmtpd: {
    retry: 'smtpctl schedule all',
    lifetime: 'queue ttl 10d in smtpd.conf',
    concurrency: null,
    reference: 'https://man.openbsd.org/smtpd.conf',
  },
  exchange: {
    retry: 'Get-Queue -Filter "Status -eq \'Retry\'" | Retry-Queue',
    lifetime: 'Set-TransportService SERVER -MessageExpirationTimeout 7.00:00:00',
    concurrency: 'Set-TransportService SERVER -MaxPerDomainOutboundConnections 5',
    reference: 'https://learn.microsoft.com/exchange/mail-flow/queues/queues',
  },
};

/** Which program a format belongs to, as `postfix-json`; null for one that nobody knows. */
export function programOf(format: string): RelayProgram | null {
  return RELAY_PROGRAMS.find((program) => format.startsWith(`${program}-`)) ?? null;
}

export interface RelaySituation {
  readonly tally: RelayTally;
  readonly left: LeftTally;
  /** Null where it is not known how long the relay keeps mail. */
  readonly queueLifetimeSeconds: number | null;
}

interface AdviceRule {
  readonly id: string;
  readonly applies: (situation: RelaySituation) => boolean;
  readonly text: string;
  /** The command that goes with it. */
  readonly command?: Exclude<keyof RelayCommands, 'reference'>;
}

export interface Advice {
  readonly id: string;
  readonly text: string;
  /** What to type, or to set, for each relay program that was read. */
  readonly commands: readonly string[];
}

const HALF_A_DAY_MS = 43_200_000;

/** The rule that knows the limit of connections for each resource forest. */
const FOREST_RULE = 'forest-connection-limit';

const ADVICE_RULES: readonly AdviceRule[] = [
  {
    id: 'leave-it',
    applies: ({ tally }) => tally.held > 0,
    text: 'Do not resend held mail, do not purge the queue and do not move the MX: the relay retries by itself.',
  },
  {
    id: 'lower-concurrency',
    applies: ({ tally }) => tally.rules.has(FOREST_RULE),
    text: 'Microsoft limits connections; open fewer at once to it',
    command: 'concurrency',
  },
  {
    id: 'raise-lifetime',
    applies: ({ tally }) => tally.expiringWithin4h + tally.pastExpiry > 0,
    text: 'Mail is near the end of its retries; let the relay keep it longer',
    command: 'lifetime',
  },
  {
    id: 'learn-lifetime',
    applies: ({ tally, queueLifetimeSeconds }) =>
      queueLifetimeSeconds === null &&
      tally.expiryTold === 0 &&
      tally.oldest !== null &&
      tally.asOf.getTime() - tally.oldest.receivedAt.getTime() > HALF_A_DAY_MS,
    text: 'When mail expires is not known: say how long the relay keeps mail, as --queue-lifetime 5d.',
  },
  {
    id: 'retry-after-recovery',
    applies: ({ tally }) => tally.atMicrosoft.heldBy.microsoft > 0,
    text: 'Once Microsoft has recovered, retry at once',
    command: 'retry',
  },
  {
    id: 'send-again',
    applies: ({ left }) => left.bounced + left.expired > 0,
    text: 'Only what bounced or expired has to be sent again: its rows are in --format csv.',
  },
];

/** In the order in which it matters. */
export function adviseRelay(situation: RelaySituation, formats: readonly string[]): readonly Advice[] {
  const programs = [...new Set(formats.flatMap((format) => programOf(format) ?? []))];
  return ADVICE_RULES.filter((rule) => rule.applies(situation)).map(({ id, text, command }) => ({
    id,
    text,
    commands:
      command === undefined ? [] : programs.flatMap((program) => RELAY_COMMANDS[program][command] ?? []),
  }));
}
