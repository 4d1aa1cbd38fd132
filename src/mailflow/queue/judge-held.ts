/**
 * From held mail to findings. Mail that waits by intent, and what one destination alone turns away, is no finding
 * until its end is near: an ordinary day has both.
 */
import type { Finding } from '../finding.js';
import { counted, formatAge, formatCount, formatLimit, formatShare } from '../quantity.js';
import { expiringByHop } from './expiring-hops.js';
import {
  estimateHeld,
  type HeldAccount,
  type HeldAccounts,
  isHardlyRead,
  isIn,
  judgedRecent,
  type ListedMail,
  lowShare,
  openAccounts,
  shareOfMail,
} from './held-accounts.js';
import type { HeldPart, HeldTally, RecentMail } from './held-tally.js';
import type { MailRate } from './mail-rate.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from './thresholds.js';

export interface HeldContext {
  /** Null where only held mail was listed. */
  readonly mail: ListedMail | null;
  /** How much mail there is all the same, where pages of it were read; the recent spans of the tally are then filled. */
  readonly rate?: MailRate | null;
  /** Where the rows come from, as `graph`. */
  readonly source: string;
}

const WAIT_REMEDY =
  'Do not resend held mail and do not purge it: it is retried by itself. Look at its reasons with `mailcheck trace --by reason`.';

const EXPIRING_REMEDY =
  'Call the owner of the server, or mend the connector, before the retries run out; what expires must be sent again.';

/** Most urgent first. */
export function judgeHeld(
  tally: HeldTally,
  context: HeldContext,
  thresholds: QueueThresholds = QUEUE_THRESHOLDS,
): readonly Finding[] {
  const accounts = openAccounts(tally, context.mail, thresholds, context.rate ?? null);
  const bench: Bench = { tally, context, thresholds, accounts };
  const recent = recentFindings(bench);
  return [
    ...recent,
    ...waitingFindings(bench).filter(({ id }) => id !== PERHAPS || recent.length === 0),
    ...expiringFindings(bench),
    ...toldFindings(bench),
  ];
}

/** What held mail is held against its limits by: of each as few as it can be. */
export interface HeldNumbers {
  /** Of the mail of just now, held up by the service; null where too little came in to tell a share. */
  readonly deferralShare: number | null;
  /** On so many other sides, as far as was read. */
  readonly deferralSides: number;
  /** Held longer than a warning asks for, on enough sides, and not its destinations' own trouble. */
  readonly late: number;
  /** Held longer than critical asks for. */
  readonly overdue: number;
  /** So many of those are critical: a share of the hour's mail where that is more. */
  readonly criticalHeld: number;
  /** About to expire at the one next hop that has most of it. */
  readonly expiring: number;
}

export function heldNumbers(
  tally: HeldTally,
  context: HeldContext,
  thresholds: QueueThresholds = QUEUE_THRESHOLDS,
): HeldNumbers {
  const accounts = openAccounts(tally, context.mail, thresholds, context.rate ?? null);
  const bench: Bench = { tally, context, thresholds, accounts };
  const { warningMinutes, criticalMinutes } = thresholds.waiting;
  const isService = withAccount(accounts, ['service']);
  const [worst = null] = judgedRecent(tally, thresholds.recent)
    .map(({ deliveries, held }) => ({
      share: shareOfMail(tally, { held, deliveries }, isService).low,
      sides: sidesOf(tally, held, isService),
    }))
    .toSorted((one, other) => other.share - one.share);
  return {
    deferralShare: worst?.share ?? null,
    deferralSides: worst?.sides ?? 0,
    late: overdue(bench, tally.waiting, warningMinutes)?.held ?? 0,
    overdue: overdue(bench, tally.old, criticalMinutes)?.held ?? 0,
    criticalHeld: criticalHeldOf(bench),
    expiring: Math.max(0, ...expiringByHop(tally, accounts).map((hop) => hop.expiring)),
  };
}

interface Bench {
  readonly tally: HeldTally;
  readonly context: HeldContext;
  readonly thresholds: QueueThresholds;
  readonly accounts: HeldAccounts;
}

/** The rate rule: service-side deferrals among the mail of just now. At most one finding, of the worst span. */
function recentFindings(bench: Bench): readonly Finding[] {
  // A share needs the mail that was not held as well.
  if (bench.context.mail === null && !bench.context.rate) return [];
  const found = judgedRecent(bench.tally, bench.thresholds.recent).flatMap((span) =>
    recentFinding(span, bench),
  );
  return [...found.filter(({ level }) => level === 'critical'), ...found].slice(0, 1);
}

function recentFinding(
  { minutes, deliveries, held: part }: RecentMail,
  { tally, context, thresholds, accounts }: Bench,
): readonly Finding[] {
  const { recent } = thresholds;
  const isService = withAccount(accounts, ['service']);
  const { estimate: held, low: least } = estimateHeld(tally, part, isService);
  const { low: share } = shareOfMail(tally, { held: part, deliveries }, isService);
  if (sidesOf(tally, part, isService) < recent.domains) return [];
  const isCritical = share >= recent.criticalShare && held >= recent.criticalHeld;
  if (!isCritical && (share < recent.warningShare || held < recent.warningHeld)) return [];
  return [
    {
      id: 'mail-deferred-now',
      level: isCritical ? 'critical' : 'warning',
      title: 'New mail is being deferred by the service',
      subject: 'mail flow',
      evidence: [
        `Of ${counted(deliveries, 'delivery', 'deliveries')} received in the last ${minutes} min ${formatCount(part.held)} are held, about ${formatCount(held)} of them (at least ${formatCount(least)}) by the service.`,
        `That is at least ${formatShare(share)} of the mail; from ${formatLimit(recent.warningShare)} it is a warning, from ${formatLimit(recent.criticalShare)} critical.`,
        ...alikeEvidence(accounts),
      ],
      remedy: WAIT_REMEDY,
      source: context.source,
    },
  ];
}

function waitingFindings(bench: Bench): readonly Finding[] {
  const { waiting, old } = bench.tally;
  const { waiting: limits } = bench.thresholds;
  const urgent = overdue(bench, old, limits.criticalMinutes);
  // What nobody could read proves nothing that is critical.
  if (urgent?.isRead === true && urgent.held >= criticalHeldOf(bench))
    return [waitingFinding(bench, urgent, 'critical')];
  const late = overdue(bench, waiting, limits.warningMinutes);
  if (late === null) return [];
  if (late.held < limits.warningHeld) return perhapsFindings(bench, late);
  return [waitingFinding(bench, late, 'warning')];
}

const PERHAPS = 'held-mail-perhaps';

/** Too few were read to tell: the limit lies within the range. Who sees no warning should not take it for calm. */
function perhapsFindings(
  { tally, context, thresholds }: Bench,
  { held, estimate, minutes, isRead }: Overdue,
): readonly Finding[] {
  const { warningHeld } = thresholds.waiting;
  if (!isRead || estimate < warningHeld) return [];
  return [
    {
      id: PERHAPS,
      level: 'info',
      title: `Perhaps too much mail waits longer than ${minutes} min`,
      subject: 'held mail',
      evidence: [
        `About ${formatCount(estimate)} of the held deliveries older than ${minutes} min are not their destinations' own trouble, at least ${formatCount(held)} by the ${counted(tally.read.length, 'detail', 'details')} that were read; from ${formatCount(warningHeld)} certain ones it is a warning.`,
      ],
      remedy: 'Ask again and read more of their details, as --sample 85.',
      source: context.source,
    },
  ];
}

function criticalHeldOf({ context, thresholds: { waiting } }: Bench): number {
  return Math.max(waiting.criticalHeld, waiting.criticalShareOfHour * hourlyMail(context));
}

/** 0 where nobody knows. */
function hourlyMail({ mail, rate }: HeldContext): number {
  if (mail === null) return rate?.hourly ?? 0;
  return mail.windowMinutes === 0 ? 0 : (mail.deliveries * 60) / mail.windowMinutes;
}

/** Held mail that should have gone by now. */
interface Overdue {
  /** As few as it can be. */
  readonly held: number;
  /** As many as it most likely is. */
  readonly estimate: number;
  readonly domains: number;
  readonly minutes: number;
  readonly isRead: boolean;
}

/** Null when it is not spread widely enough to be anybody's but its destinations'. */
function overdue(bench: Bench, part: HeldPart, minutes: number): Overdue | null {
  const read = readOverdue(bench, part, minutes);
  return read === null && isHardlyRead(bench.tally) ? unreadOverdue(bench, part, minutes) : read;
}

function readOverdue(
  { tally, context, thresholds, accounts }: Bench,
  part: HeldPart,
  minutes: number,
): Overdue | null {
  const { waiting: limits } = thresholds;
  const { mail } = context;
  const everyday = withAccount(accounts, ['sender', 'untold']);
  // Where only held mail was listed nobody knows whether it is much: it is told, and does not alarm.
  const isMuch =
    mail !== null &&
    lowShare(estimateHeld(tally, part, everyday).low, mail.deliveries) >= limits.everydayShare;
  const counts = withAccount(accounts, isMuch ? COUNTED_WHEN_MUCH : COUNTED);
  const domains = sidesOf(tally, part, counts);
  if (domains < limits.domains) return null;
  const { low: held, estimate } = estimateHeld(tally, part, counts);
  return { held, estimate, domains, minutes, isRead: true };
}

/** All that was not read may be anything; what was read and is harmless does not count. */
function unreadOverdue(
  { tally, context, thresholds, accounts }: Bench,
  part: HeldPart,
  minutes: number,
): Overdue | null {
  const { waiting: limits } = thresholds;
  const { mail } = context;
  const isHarmless = withAccount(accounts, ['by-intent', 'destination']);
  const held = part.held - tally.read.filter((reading) => isIn(reading, part) && isHarmless(reading)).length;
  const isEveryday = mail !== null && lowShare(held, mail.deliveries) < limits.unreadShare;
  if (isEveryday || part.domains < limits.domains) return null;
  return { held, estimate: held, domains: part.domains, minutes, isRead: false };
}

const COUNTED: readonly HeldAccount[] = ['service', 'path'];
const COUNTED_WHEN_MUCH: readonly HeldAccount[] = [...COUNTED, 'sender', 'untold'];

function waitingFinding(
  bench: Bench,
  { held, domains, minutes, isRead }: Overdue,
  level: 'warning' | 'critical',
): Finding {
  const { tally, context, accounts } = bench;
  const { held: inAll } = level === 'critical' ? tally.old : tally.waiting;
  const basis = isRead
    ? `${formatCount(inAll)} held deliveries are older than ${minutes} min; at least ${formatCount(held)} of them are not their destinations' own trouble.`
    : `${formatCount(inAll)} held deliveries are older than ${minutes} min; hardly any of their reasons could be read.`;
  return {
    id: 'held-mail-waiting',
    level,
    title: `Mail waits longer than ${minutes} min`,
    subject: 'held mail',
    evidence: [basis, spreadText(domains, isRead), ...alikeEvidence(accounts), ...hopEvidence(accounts)],
    remedy: WAIT_REMEDY,
    source: context.source,
  };
}

function spreadText(domains: number, isRead: boolean): string {
  const seen = isRead ? 'Seen in what was read' : 'Seen';
  return `${seen}: ${counted(domains, 'domain', 'domains')} on the other side.`;
}

function alikeEvidence({ alike }: HeldAccounts): readonly string[] {
  return alike
    .slice(0, 2)
    .map(
      ({ shape, domains, nextHops }) =>
        `${formatCount(domains)} unrelated domains behind ${formatCount(nextHops)} servers fail alike (${shape}): that is not theirs.`,
    );
}

function hopEvidence({ sharedHops }: HeldAccounts): readonly string[] {
  return sharedHops
    .slice(0, 2)
    .map((hop) => `Mail to several domains is held up at one next hop, ${cut(hop)}.`);
}

/** Mail whose end is near, at one next hop each. */
function expiringFindings({ tally, context, thresholds, accounts }: Bench): readonly Finding[] {
  const { withinHours, held: least } = thresholds.expiring;
  return expiringByHop(tally, accounts)
    .filter(({ expiring }) => expiring >= least)
    .map(({ hop, expiring, domains, oldest, isRead }) => ({
      id: 'held-mail-expiring',
      // Mail of which nothing was read may as well wait for a moderator.
      level: isRead ? ('critical' as const) : ('warning' as const),
      title: `Mail expires within ${withinHours} h at ${cut(hop)}`,
      subject: cut(hop),
      evidence: [
        `About ${formatCount(expiring)} held deliveries to ${domains.slice(0, 3).map(cut).join(', ')} have less than ${withinHours} h left.`,
        `The oldest of them has waited ${formatAge((tally.asOf.getTime() - oldest.getTime()) / 1000)}.`,
      ],
      remedy: EXPIRING_REMEDY,
      source: context.source,
    }));
}

/** What is told because people ask, though it is no alarm. */
function toldFindings(bench: Bench): readonly Finding[] {
  return [...untoldFindings(bench), ...destinationFindings(bench)];
}

/** Mail that no try is told of, where nobody knows whether there is much of it for this tenant. */
function untoldFindings({ tally, context, thresholds, accounts }: Bench): readonly Finding[] {
  const { warningHeld, warningMinutes } = thresholds.waiting;
  const { estimate, low } = estimateHeld(tally, tally.waiting, withAccount(accounts, ['untold']));
  if (context.mail !== null || low < warningHeld) return [];
  return [
    {
      id: 'held-mail-untold',
      level: 'info',
      title: 'Mail waits and no try is told of',
      subject: 'held mail',
      evidence: [
        `About ${formatCount(estimate)} held deliveries are older than ${warningMinutes} min, and their details tell of no try.`,
      ],
      remedy: 'It may wait for moderators; `mailcheck status` tells whether it is more than usual.',
      source: context.source,
    },
  ];
}

/** One destination that takes no mail: not our trouble. */
function destinationFindings({ tally, context, thresholds, accounts }: Bench): readonly Finding[] {
  const { warningHeld, warningMinutes } = thresholds.waiting;
  return tally.domains
    .filter(({ waiting }) => waiting >= warningHeld)
    .flatMap(({ domain, waiting, nextHop }) => {
      const own = tally.read.filter((reading) => reading.domain === domain);
      const theirs = own.filter((reading) => accounts.accountOf(reading) === 'destination');
      if (domain === null || theirs.length * 2 <= own.length) return [];
      return [
        {
          id: 'destination-takes-no-mail',
          level: 'info' as const,
          title: `${cut(domain)} does not take its mail`,
          subject: cut(domain),
          evidence: [
            `${formatCount(waiting)} deliveries to it are held longer than ${warningMinutes} min, ${theirs.length} of ${own.length} that were read for a reason on its own side${nextHop === null ? '' : ` (${cut(nextHop)})`}.`,
          ],
          remedy: 'Tell its postmaster; the mail is retried until it expires.',
          source: context.source,
        },
      ];
    })
    .slice(0, 5);
}

function withAccount(
  { accountOf }: HeldAccounts,
  accounts: readonly HeldAccount[],
): (reading: HeldTally['read'][number]) => boolean {
  return (reading) => accounts.includes(accountOf(reading));
}

function sidesOf(
  tally: HeldTally,
  part: HeldPart,
  isMeant: (reading: HeldTally['read'][number]) => boolean,
): number {
  return new Set(
    tally.read.filter((reading) => isIn(reading, part) && isMeant(reading)).map(({ otherSide }) => otherSide),
  ).size;
}

/** Names come from outside and may be of any length. */
function cut(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 99)}…`;
}
