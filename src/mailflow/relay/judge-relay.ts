/**
 * From what a relay holds to findings. Mail for Microsoft is judged by its number and age alone: at a relay it is all for
 * one or a few domains, and a reply of Microsoft's is not one destination's own trouble. The rest is judged as `queue`
 * judges held mail. How much mail there is beside the held is not known, so that no shares are asked for.
 */
import type { Finding } from '../finding.js';
import { counted, formatCount } from '../quantity.js';
import type { HeldTally } from '../queue/held-tally.js';
import { judgeHeld } from '../queue/judge-held.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from '../queue/thresholds.js';
import { goesToMicrosoft } from './hold-reason.js';
import type { RelayQueueCount } from './relay-queue.js';
import type { LateMail, LeftTally, MicrosoftTally, RelayTally } from './relay-tally.js';

/** Messages in queues that are counted without naming them, in all and for Microsoft. */
export function countedMessages(queues: readonly RelayQueueCount[]): {
  readonly all: number;
  readonly forMicrosoft: number;
} {
  const sum = (some: readonly RelayQueueCount[]): number =>
    some.reduce((total, { waiting }) => total + waiting, 0);
  return { all: sum(queues), forMicrosoft: sum(queues.filter(goesToMicrosoft)) };
}

export interface RelayEvidence {
  readonly tally: RelayTally;
  readonly left: LeftTally;
  /** Held mail for Microsoft, and the rest. */
  readonly microsoft: HeldTally;
  readonly others: HeldTally;
  /** Queues of which the relay tells numbers only. */
  readonly queues: readonly RelayQueueCount[];
}

const SOURCE = 'relay';

/** Most urgent first. */
export function judgeRelay(
  evidence: RelayEvidence,
  thresholds: QueueThresholds = QUEUE_THRESHOLDS,
): readonly Finding[] {
  const { tally, left, microsoft, others, queues } = evidence;
  const context = { mail: null, source: SOURCE };
  const findings = [
    ...atMicrosoft(tally.atMicrosoft, thresholds),
    ...judgeHeld(microsoft, context, thresholds).filter(({ id }) => id === 'held-mail-expiring'),
    ...judgeHeld(others, context, thresholds).map(inWordsOfRelays),
    ...countedQueues(queues, tally, thresholds),
    ...failedMail(left),
  ];
  return LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level));
}

const LEVELS: readonly Finding['level'][] = ['critical', 'warning', 'info'];

/** Advice that speaks of a trace is of no use for a relay. */
function inWordsOfRelays(finding: Finding): Finding {
  const remedy = REMEDIES.get(finding.id);
  return remedy === undefined ? finding : { ...finding, remedy };
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'held-mail-waiting',
    'Do not resend held mail and do not purge it: the relay retries it. Look at its reasons with `mailcheck relay --by reason`.',
  ],
  ['held-mail-untold', "Its queue tells no reason: read the relay's log as well."],
]);

function atMicrosoft(mail: MicrosoftTally, { waiting }: QueueThresholds): readonly Finding[] {
  // What no reason is told of proves nothing that is critical.
  if (mail.old.held - mail.old.untold >= waiting.criticalHeld)
    return [lateFinding(mail, mail.old, 'critical')];
  return mail.waiting.held >= waiting.warningHeld ? [lateFinding(mail, mail.waiting, 'warning')] : [];
}

function lateFinding(mail: MicrosoftTally, late: LateMail, level: 'warning' | 'critical'): Finding {
  const isDeferred = late.deferred * 2 > late.held;
  return {
    id: isDeferred ? 'microsoft-defers-relay-mail' : 'relay-mail-for-microsoft-waits',
    level,
    title: isDeferred
      ? `Microsoft defers mail of this relay longer than ${late.minutes} min`
      : `Mail for Microsoft waits at this relay longer than ${late.minutes} min`,
    subject: 'Microsoft 365',
    evidence: [lateText(late), ...replyTexts(mail), ...networkTexts(mail)],
    remedy: remedyOf(mail, isDeferred),
    source: SOURCE,
  };
}

function remedyOf({ byReason }: MicrosoftTally, isDeferred: boolean): string {
  if (!isDeferred) return WAITING_REMEDY;
  const [most] = byReason;
  return most?.party === 'sender' || most?.party === 'sender-policy' ? LIMITED_REMEDY : DEFERRED_REMEDY;
}

const DEFERRED_REMEDY =
  'Keep the queue: the relay retries it. `mailcheck health` tells whether Microsoft knows, `mailcheck status` whether mail that was accepted is late too.';
const LIMITED_REMEDY =
  'Most of it is put off for what this relay is or does, not by an outage: let `mailcheck explain` read the reply, and do what it says.';
const WAITING_REMEDY =
  'Find out whether the relay reaches Microsoft: `mailcheck connectors probe` walks the way up to its hosts.';

function lateText({ held, deferred, untold, minutes }: LateMail): string {
  const many = deferred === held ? 'all' : formatCount(deferred);
  const why = untold === held ? 'no reason is told' : `Microsoft's servers deferred ${many} of them`;
  return `${counted(held, 'delivery', 'deliveries')} for Microsoft ${held === 1 ? 'is' : 'are'} older than ${minutes} min; ${why}.`;
}

function replyTexts({ replies }: MicrosoftTally): readonly string[] {
  const told = replies.slice(0, 3).map(({ reply, count }) => `${reply} for ${formatCount(count)}`);
  return told.length === 0 ? [] : [`Its replies to all that is held: ${told.join(', ')}.`];
}

function networkTexts({ heldBy: { network, relay } }: MicrosoftTally): readonly string[] {
  const told = (count: number, what: string): readonly string[] =>
    count === 0 ? [] : [`${formatCount(count)} ${what}`];
  return [
    ...told(network, 'got no answer from any server: the network, names, or servers that are not there.'),
    ...told(relay, 'are kept back by the relay itself.'),
  ];
}

/**
 * Ages are not told, so nothing here is critical. What is named may be among what is counted, and is judged already: an
 * export that names a part of it must not hide the rest.
 */
function countedQueues(
  queues: readonly RelayQueueCount[],
  { atMicrosoft: { held: named } }: RelayTally,
  { waiting }: QueueThresholds,
): readonly Finding[] {
  const stuck = queues.filter((queue) => queue.state === 'deferred' && goesToMicrosoft(queue));
  const messages = stuck.reduce((sum, queue) => sum + queue.waiting, 0);
  if (messages - named < waiting.warningHeld) return [];
  return [
    {
      id: 'relay-queues-for-microsoft',
      level: 'warning',
      title: 'Queues for Microsoft are in retry',
      subject: 'Microsoft 365',
      evidence: [
        `${counted(messages, 'message waits', 'messages wait')} in ${counted(stuck.length, 'queue', 'queues')}; how long is not told.`,
        ...(named === 0
          ? []
          : [
              `${counted(named, 'delivery', 'deliveries')} that ${named === 1 ? 'is' : 'are'} named may be among them.`,
            ]),
        ...stuck.flatMap(({ reply }) => (reply === null ? [] : [`Last error: ${cut(reply)}`])).slice(0, 1),
      ],
      remedy: 'Export the messages as well (Get-Message) to see how old they are.',
      source: SOURCE,
    },
  ];
}

const MOST_TOLD = 200;

function cut(reply: string): string {
  return reply.length > MOST_TOLD ? `${reply.slice(0, MOST_TOLD)}…` : reply;
}

function failedMail({ bounced, expired, failedBy }: LeftTally): readonly Finding[] {
  if (bounced + expired === 0) return [];
  const reasons = failedBy
    .slice(0, 3)
    .map(({ reason, party, count }) => `${formatCount(count)} ${reason} (${party})`)
    .join(', ');
  return [
    {
      id: 'relay-mail-failed',
      level: 'info',
      title: 'Mail bounced or expired at this relay',
      subject: 'failed mail',
      evidence: [`${formatCount(bounced)} bounced and ${formatCount(expired)} expired: ${reasons}.`],
      remedy: 'Only this mail has to be sent again, once its reason is mended.',
      source: SOURCE,
    },
  ];
}
