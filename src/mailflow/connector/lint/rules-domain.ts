/** Accepted domains, rules that hold mail, and servers of our own that the service slows down. */
import type { AcceptedDomain, OnPremisesServer } from '../connector.js';
import type { Hit, LintRule } from './lint-rule.js';
import { listed } from './listed.js';
import { sample, SAMPLE_NOW, sampleRule, sampleServer } from './sample.js';

const DOMAINS = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-accepteddomain';
const RULES = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-transportrule';
const SERVERS =
  'https://techcommunity.microsoft.com/blog/exchange/throttling-and-blocking-email-from-persistently-vulnerable-exchange-servers-to-e/3815328';

const STOPPED = {
  why: 'The service bounces the mail at once, and nothing of it is retried.',
  remedy:
    'If that is not by intent, let it pass: Set-AcceptedDomain DOMAIN -SendingFromDomainDisabled $false (or -SendingToDomainDisabled $false). Bounced mail must be sent again.',
  reference: DOMAINS,
  needs: { domains: 'some' },
  about: 'domain',
} as const;

export const DOMAIN_RULES: readonly LintRule[] = [
  {
    ...STOPPED,
    id: 'default-domain-stopped',
    level: 'critical',
    title: 'The default domain may not send or receive',
    find: ({ inventory }) => inventory.domains.filter(({ isDefault }) => isDefault === true).flatMap(stopped),
    samples: {
      hits: sample({ domains: [{ isDefault: true, sendingToStopped: true }] }),
      misses: sample({ domains: [{ isDefault: true, sendingToStopped: null }, { sendingToStopped: true }] }),
    },
  },
  {
    ...STOPPED,
    id: 'domain-stopped',
    level: 'warning',
    title: 'An accepted domain may not send or receive',
    find: ({ inventory }) => inventory.domains.filter(({ isDefault }) => isDefault !== true).flatMap(stopped),
    samples: {
      hits: sample({ domains: [{ name: 'old.contoso.example', sendingFromStopped: true }] }),
      misses: sample({ domains: [{ isDefault: true, sendingFromStopped: true }, {}] }),
    },
  },
  {
    id: 'domain-being-removed',
    level: 'info',
    title: 'An accepted domain is being removed or not set up to its end',
    why: 'Mail to it may be refused until that is over.',
    remedy:
      'Look at the domain in the Microsoft 365 admin center (Settings, Domains), and finish what was begun.',
    reference: DOMAINS,
    needs: { domains: 'some' },
    about: 'domain',
    find: ({ inventory }) =>
      inventory.domains.flatMap(({ name, pendingRemoval, pendingCompletion }) => [
        ...(pendingRemoval === true
          ? [{ subject: name, evidence: ['PendingRemoval is true.'] as const }]
          : []),
        ...(pendingCompletion === true
          ? [{ subject: name, evidence: ['PendingCompletion is true.'] as const }]
          : []),
      ]),
    samples: {
      hits: sample({ domains: [{ pendingRemoval: true }] }),
      misses: sample({ domains: [{ pendingRemoval: null }] }),
    },
  },
  {
    id: 'rule-defers-on-error',
    level: 'info',
    title: 'A mail flow rule holds mail when it fails',
    why: 'When the rule cannot be worked out, as for a message that cannot be scanned, the message is deferred and tried again until it expires; in a trace that looks like an outage.',
    remedy:
      'If the mail may rather pass without the rule: Set-TransportRule NAME -RuleErrorAction Ignore. Else know it when mail is held and nothing else explains it.',
    reference: RULES,
    needs: { rules: 'some' },
    about: 'rule',
    find: ({ inventory }) =>
      inventory.rules
        .filter(({ state, errorAction }) => state === 'Enabled' && errorAction === 'Defer')
        .map(({ name, priority }) => ({
          subject: name,
          evidence: [`RuleErrorAction is Defer${priority === null ? '' : `; its priority is ${priority}`}.`],
        })),
    samples: {
      hits: sample({ rules: [sampleRule({ errorAction: 'Defer' })] }),
      misses: sample({
        rules: [sampleRule({}), sampleRule({ name: 'Off', state: 'Disabled', errorAction: 'Defer' })],
      }),
    },
  },
  {
    id: 'server-out-of-date',
    level: 'warning',
    title: 'An Exchange server of yours is out of date, and Exchange Online slows down or blocks its mail',
    why: 'Stage by stage its connections are refused for more minutes of each hour, first with 450 4.7.230, later with 550 5.7.230: mail seems late or lost without a pattern.',
    remedy:
      'Update the server to a build that is recommended. To gain time, pause the enforcement for up to 90 days a year: Exchange admin center, Reports, Mail flow, Out-of-date connecting on-premises Exchange servers.',
    reference: SERVERS,
    needs: { servers: 'some' },
    about: 'server',
    find: ({ inventory: { servers, asOf } }) => servers.map((server) => outOfDate(server, asOf)),
    samples: {
      hits: sample({ servers: [sampleServer({ slowedFrom: SAMPLE_NOW })] }),
      misses: sample({ servers: [] }),
    },
  },
];

function stopped({ name, sendingFromStopped, sendingToStopped }: AcceptedDomain): readonly Hit[] {
  const from =
    sendingFromStopped === true ? ['SendingFromDomainDisabled is true: mail from it is bounced.'] : [];
  const to = sendingToStopped === true ? ['SendingToDomainDisabled is true: mail to it is bounced.'] : [];
  const [first, ...more] = [...from, ...to];
  return first === undefined ? [] : [{ subject: name, evidence: [first, ...more] }];
}

function outOfDate(server: OnPremisesServer, asOf: Date): Hit {
  const { name, version, build, recommendedBuilds, slowedFrom, blockedFrom, nextStageAt } = server;
  const recommended = recommendedBuilds === null ? '' : `; recommended: ${listed(recommendedBuilds)}`;
  return {
    subject: name,
    evidence: [
      `${version ?? 'Exchange'} build ${build ?? 'not told'}${recommended}.`,
      ...stage('slowed down', slowedFrom, asOf),
      ...stage('blocked', blockedFrom, asOf),
      ...(nextStageAt === null ? [] : [`Next stage: ${day(nextStageAt)}.`]),
    ],
  };
}

function stage(what: string, from: Date | null, asOf: Date): readonly string[] {
  if (from === null) return [];
  return [from <= asOf ? `It is ${what} since ${day(from)}.` : `It will be ${what} from ${day(from)}.`];
}

function day(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
