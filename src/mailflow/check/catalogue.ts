/**
 * The checks as data: what each looks at, what it needs, and what may be set. The reader of policies, the JSON Schema, the
 * list, the explanations and the written policy are all made from it, so that a new setting is one line here.
 */
import { PARTIES, REASONS } from '../bounce/verdict.js';
import { LINT_RULES } from '../connector/lint/lint-rules.js';
import { INCIDENT_THRESHOLDS } from '../incident/thresholds.js';
import { INBOUND_RULES } from '../queue/inbound-volume.js';
import { QUEUE_THRESHOLDS } from '../queue/thresholds.js';
import type { CheckId, CheckSettings, CheckSource } from './check-settings.js';
import {
  count,
  limitsBy,
  names,
  type SettingsFor,
  share,
  shareOrNone,
  span,
  spans,
  toggle,
  words,
} from './setting.js';

export interface CheckEntry<Values = unknown> {
  readonly title: string;
  readonly looksAt: string;
  /** Why the defaults are what they are. */
  readonly why: string;
  readonly unknownWhen: string;
  /** What to do where it cannot tell. */
  readonly cure: string;
  readonly sources: readonly CheckSource[];
  /** Where a required check cannot tell, the whole answer is unknown. */
  readonly isRequired: boolean;
  readonly isEnabled: boolean;
  readonly usual: Values;
  readonly settings: SettingsFor<Values>;
}

export type Catalogue = { readonly [Id in CheckId]: CheckEntry<CheckSettings[Id]> };

const { waiting, expiring, recent, alike, failed } = QUEUE_THRESHOLDS;
const { leastWeeks, leastMinutes, leastUsual, leastMissing, criticalMissing } = INBOUND_RULES;
const incident = INCIDENT_THRESHOLDS;

const ASK_LATER = 'Ask again in a few minutes; `mailcheck doctor` tells what keeps this machine from asking.';

const TRACE = {
  sources: ['trace'],
  unknownWhen:
    'The message trace could not be asked, was not listed whole, is late, or too few of its reasons could be read.',
  cure: 'Ask again in 15 minutes. Where the quota is used up, run less often or set `maxRequests`; where permission is missing, see `mailcheck help permissions`.',
  isRequired: true,
  isEnabled: true,
} as const;

export const CATALOGUE: Catalogue = {
  'service-health': {
    title: 'Service health',
    looksAt:
      'Open issues of Microsoft 365 and what its services say of themselves. Incidents on mail flow or sign-in are critical, other open incidents of Exchange, the suite or identity a warning.',
    why: 'Most Exchange incidents are no matter of mail flow, and a mail outage may be filed under the suite: the topic of an issue decides, not the service alone.',
    unknownWhen:
      'Service health could not be asked, came without Exchange Online, or the clock of this machine is wrong.',
    cure: 'The app needs ServiceHealth.Read.All (`mailcheck help permissions`). Posts trail the impact: look at the mail as well.',
    sources: ['health'],
    isRequired: true,
    isEnabled: true,
    usual: {
      ignoreServices: [],
      ignoreIssues: [],
      advisoriesWarn: true,
      explainedShare: incident.explainedShare,
    },
    settings: {
      ignoreServices: names(
        'Microsoft Teams',
        'Services of which no issue counts: part of a name or id, ignoring case.',
      ),
      ignoreIssues: names(
        'EX1331830',
        'Issues that are known and waited for, by id; they are told and do not count.',
      ),
      advisoriesWarn: toggle('Open advisories on mail delivery are a warning; else they only inform.'),
      explainedShare: share(
        'service-side deferrals',
        'From this share within its time an issue is said to explain the deferrals; it changes no level.',
      ),
    },
  },
  'held-mail': {
    ...TRACE,
    title: 'Held mail',
    looksAt:
      'Deliveries that are still held though they should have gone by now: how many, how old, and over how many domains. What waits by intent and what one destination alone turns away is left out.',
    why: 'Greylists let go within 15 minutes and an ordinary day has a handful of stragglers; 20 older than half an hour over three domains are no longer theirs.',
    usual: { ...waiting, timesUsual: incident.timesUsual },
    settings: {
      warningMinutes: span('minutes', 'Mail that is held longer counts.'),
      warningHeld: count('deliveries', 'So many of them are a warning.'),
      criticalMinutes: span('minutes', 'Mail that is held longer may be critical.'),
      criticalHeld: count('deliveries', 'So many of them are critical.'),
      criticalShareOfHour: share(
        "an hour's mail",
        'They must be this share as well: in a large tenant 200 are ordinary.',
      ),
      domains: count('domains', 'On fewer sides it is a matter of theirs.'),
      everydayShare: share(
        'all mail',
        'What every day has some of (untold reasons, limits of the sender) counts only above this share.',
      ),
      unreadShare: share(
        'all mail',
        'Where no reason could be read, held mail counts only above this share.',
      ),
      timesUsual: count(
        'times the usual',
        'From here on it is told that more is held than usual; it changes no level.',
      ),
    },
  },
  'deferral-rate': {
    ...TRACE,
    title: 'Deferrals of new mail',
    looksAt:
      'The share of the mail received just now that the service itself holds up, by the lower end of its 95 % range. It tells an outage minutes after it began, when nothing is old yet.',
    why: 'On ordinary days well under 1 % is held up by the service; below 50 deliveries a share says nothing.',
    usual: {
      ...recent,
      alikeDomains: alike.domains,
      alikeNextHops: alike.nextHops,
      alikeShare: alike.share,
      alikeHeld: alike.held,
    },
    settings: {
      minutes: spans('Spans up to now, each looked at by itself.'),
      longerMinutes: spans('Where none of those holds enough mail, the first of these that does.'),
      floor: count('deliveries', 'With fewer in a span no share is told.'),
      warningShare: share('the mail of a span', 'A warning from here on…'),
      warningHeld: count('deliveries', '…if so many are held as well.'),
      criticalShare: share('the mail of a span', 'Critical from here on…'),
      criticalHeld: count('deliveries', '…if so many are held as well.'),
      domains: count('domains', 'On fewer sides it is a matter of theirs.'),
      alikeDomains: count(
        'domains',
        'Where so many domains that have nothing to do with each other fail alike, it is the service.',
      ),
      alikeNextHops: count('next hops', 'They must be behind so many servers.'),
      alikeShare: share('all mail', 'They must be this share, without the domain that has most of it.'),
      alikeHeld: count(
        'deliveries',
        'They must be so many where only held mail was listed and no share can be told.',
      ),
    },
  },
  'expiring-mail': {
    ...TRACE,
    title: 'Mail about to expire',
    looksAt:
      'Held mail at one next hop whose retries end soon. It is critical: what expires must be sent again.',
    why: 'Four hours are enough to call a partner and too little to sleep over; a slip of the keyboard expires alone, 20 at one host are people’s work.',
    usual: expiring,
    settings: {
      withinHours: span('hours', 'Mail that expires within this time counts.'),
      held: count('deliveries', 'So many at one next hop are critical.'),
    },
  },
  'bounce-rate': {
    ...TRACE,
    title: 'Bounced mail',
    looksAt:
      'The share of the mail that failed for good, by the lower end of its 95 % range, for reasons that are not the sender’s own business.',
    why: 'Unknown recipients, policies and spam are what every day has; expired mail of dead addresses is about 0.2 %.',
    usual: failed,
    settings: {
      floor: count('deliveries', 'With fewer no share is told.'),
      warningShare: share('all mail', 'A warning from here on.'),
      criticalShare: share('all mail', 'Critical from here on.'),
      reasons: words(REASONS, 'throttled', 'Only these reasons are counted…'),
      parties: words(PARTIES, 'service', '…on the side of only these parties.'),
      byReason: limitsBy(
        REASONS,
        'ip-blocked',
        'Limits of its own for one reason, counted whole, whatever `reasons` and `parties` say.',
      ),
      byParty: limitsBy(
        PARTIES,
        'service',
        'Limits of its own for one party, counted whole, whatever `reasons` and `parties` say.',
      ),
    },
  },
  'inbound-volume': {
    title: 'Inbound mail against the usual',
    looksAt:
      'Whether less mail comes in than is usual at this hour of the week. Mail that is put off before it is accepted is in no trace: all that shows of it is the dip.',
    why: 'A dip is a sign and no proof, so it warns; it is critical only where mail hosts are seen to put senders off at the same time.',
    unknownWhen:
      'Fewer weeks are kept on this machine than are asked for, too little mail is usual at this hour, or the trace is late.',
    cure: 'It needs some weeks of runs on a machine that keeps its history; on a fresh runner it is skipped.',
    sources: ['trace', 'history'],
    isRequired: false,
    isEnabled: true,
    usual: { leastWeeks, leastMinutes, leastUsual, leastMissing, criticalMissing },
    settings: {
      leastWeeks: count('weeks', 'With fewer kept weeks nothing is usual yet.'),
      leastMinutes: span('minutes', 'A dip that is shorter comes and goes.'),
      leastUsual: count('messages', 'Where fewer are usual in the time of a dip, it says nothing.'),
      leastMissing: share('the usual mail', 'At least so much must be missing for a warning.'),
      criticalMissing: share(
        'the usual mail',
        'At least so much for critical, and mail hosts must put senders off.',
      ),
    },
  },
  connectors: {
    title: 'Connectors',
    looksAt:
      'The set-up of connectors, accepted domains and mail flow rules, held against a lint, and mail that waits for a smart host that a connector names.',
    why: 'Only what surely breaks mail is critical; most of what a lint has to say is no reason to wake anybody.',
    unknownWhen: 'Exchange could not be asked, or did not show all of the set-up.',
    cure: 'The app needs Exchange.ManageAsApp and a role that may read connectors (`mailcheck help permissions`).',
    sources: ['connectors', 'trace'],
    isRequired: false,
    isEnabled: true,
    usual: { ignoreFindings: [], ignoreSubjects: [], warningsWarn: false, leastRead: incident.leastRead },
    settings: {
      ignoreFindings: words(
        [...LINT_RULES.map(({ id }) => id), 'connector-host-unreached'],
        'single-smart-host',
        'Findings of the lint that do not count, by id; `mailcheck connectors` shows them.',
      ),
      ignoreSubjects: names(
        'Old gateway',
        'Connectors, domains, rules or servers of which no finding counts, by name.',
      ),
      warningsWarn: toggle(
        'Warnings of the lint are a warning; else only what surely breaks mail counts, as in status.',
      ),
      leastRead: count(
        'deferrals',
        'So many that were read must wait for a smart host before it is a warning.',
      ),
    },
  },
  'mail-paths': {
    title: 'Mail paths',
    looksAt:
      'The way to each smart host and mail host, tried from this machine: DNS, connection, greeting, STARTTLS. No mail is sent.',
    why: 'It connects to other servers on port 25, which many networks shut: so it is off until it is asked for.',
    unknownWhen:
      'This network lets nothing out on port 25, or a host answers Microsoft’s addresses only: that proves nothing.',
    cure: 'Run it on a machine that may connect to port 25; `mailcheck connectors probe` shows each step.',
    sources: ['paths', 'connectors'],
    isRequired: false,
    isEnabled: false,
    usual: { ignoreFindings: [], ignoreHosts: [] },
    settings: {
      ignoreFindings: names('tls-old', 'Findings of the probe that do not count, by id.'),
      ignoreHosts: names('mail.contoso.example', 'Hosts that are not looked at, by name.'),
    },
  },
  certificates: {
    title: 'Certificates',
    looksAt:
      'How many days the certificates of smart hosts and mail hosts are still valid, as the probe saw them.',
    why: 'Three weeks are time to order one; a week is the last moment to put it in place.',
    unknownWhen: 'No host could be reached, or none offered TLS.',
    cure: 'Run it on a machine that may connect to port 25; `mailcheck connectors probe` shows each step.',
    sources: ['paths', 'connectors'],
    isRequired: false,
    isEnabled: false,
    usual: { warningDays: 21, criticalDays: 7, ignoreHosts: [] },
    settings: {
      warningDays: span('days', 'A warning when a certificate is valid for less.'),
      criticalDays: span('days', 'Critical when a certificate is valid for less.'),
      ignoreHosts: names('mail.contoso.example', 'Hosts whose certificate does not count, by name.'),
    },
  },
  'sign-in': {
    title: 'Sign-in and permissions',
    looksAt: 'Whether this tool can sign in, and whether what it needs to ask was allowed.',
    why: 'Without it every other check is blind; that is our own trouble and no outage of mail, so it is unknown and never critical.',
    unknownWhen: 'No token was given, it was refused, or a permission is missing.',
    cure: '`mailcheck doctor` names the cause and the cure.',
    sources: ['sign-in'],
    isRequired: true,
    isEnabled: true,
    usual: {},
    settings: {},
  },
  freshness: {
    title: 'Freshness',
    looksAt:
      'How old the newest row of the trace is, and the answer of each source that a required check needs.',
    why: 'Rows come 5 to 15 minutes late on a good day; nights are quiet, so mail must be missing as well.',
    unknownWhen: 'It is unknown itself when something is too old: what is old proves nothing.',
    cure: ASK_LATER,
    sources: ['trace', 'health'],
    isRequired: true,
    isEnabled: true,
    usual: {
      newestRowMinutes: incident.newestRowMinutes,
      missingDeliveries: incident.missingDeliveries,
      sourceMinutes: 15,
    },
    settings: {
      newestRowMinutes: span('minutes', 'A newest row that is older is late…'),
      missingDeliveries: count('deliveries', '…if so much mail is missing since, by the pace of the window.'),
      sourceMinutes: span('minutes', 'An answer that is older does not count as now.'),
    },
  },
  quota: {
    title: 'Request quota',
    looksAt: 'How much of the tenant’s request quota of five minutes is used, by all runs on this machine.',
    why: 'A used-up quota hides mail trouble, but it is our own trouble: it warns and is not critical unless a policy says so.',
    unknownWhen: 'Nothing is kept on this machine, so that only this run can be counted.',
    cure: '`mailcheck quota` shows who used it. Run checks less often, or set `maxRequests`.',
    sources: ['quota'],
    isRequired: false,
    isEnabled: true,
    usual: { warningShare: 0.9, criticalShare: null },
    settings: {
      warningShare: share('the quota', 'A warning from here on.'),
      criticalShare: shareOrNone('the quota', 'Critical from here on; null for never.'),
    },
  },
};
