/** From a draft and its fate to the deliveries that the trace will show, with their whole way. */
import type { SimulatedDelivery, StatusChange } from '../population/delivery.js';
import type { Random } from '../population/random.js';
import type { Draft } from './draft.js';
import { firstTrouble, laterTrouble } from './obstacle.js';
import type { Fate } from './ordinary-mail.js';
import type { Destination } from './places.js';
import { GROUPS, personAt, TENANT_DOMAIN, TYPO_DESTINATION, TYPO_DESTINATIONS } from './places.js';
import type { ReplyName } from './replies.js';
import type { Phase } from './scenario.js';
import type { Step } from './step.js';
import { deferred, delivered, dropped, failed, noted, received, sent, submitted } from './step.js';

/** What the service is like while the message is on its way. */
interface World {
  readonly phases: readonly Phase[];
  readonly random: Random;
  /** How long mail that is put off is tried again. */
  readonly keepsHours: number;
}

interface Hurdle {
  readonly reply: ReplyName;
  readonly whenExpired: ReplyName;
}

/** Decides about one try: null when it succeeds. */
type TryOutcome = (at: Date, tryNumber: number) => Hurdle | null;

const HOUR_MS = 3_600_000;

/** More than one for mail to a group. */
export function deliveriesOf(draft: Draft, fate: Fate, world: World): readonly SimulatedDelivery[] {
  if (fate.kind === 'group') return groupDeliveries(draft, world);
  const aimed: Draft = fate.kind === 'unreachable' ? misaddressed(draft) : draft;
  return [deliveryOf(aimed, stepsOf(aimed, fate, world))];
}

function stepsOf(draft: Draft, fate: Exclude<Fate, { kind: 'group' }>, world: World): readonly Step[] {
  switch (fate.kind) {
    case 'delivered':
      return travelled(draft, troubleOutcome(draft, world), world);
    case 'delayed':
      return travelled(draft, delayedOutcome(fate, world.random), world);
    case 'unreachable':
      return travelled(draft, () => fate, world);
    case 'bounced':
      return bounced(draft, fate.reply, fate.policyEvent);
    case 'moderated':
      return moderated(draft, world.random.between(fate.hours[0] * 60, fate.hours[1] * 60));
    case 'junk':
      return spam(draft, 'JunkEmail', 'filteredAsSpam');
    case 'quarantined':
      return spam(draft, 'QuarantinedEmailSecured', 'quarantined');
    case 'recalled':
      return recalled(draft);
    case 'odd':
      return [received(draft), noted('Resolve', after(draft, 4), 'The recipient was resolved.', fate.status)];
  }
}

/** The way of mail that is to arrive: tried at once and then about every quarter of an hour, until it expires. */
function travelled(draft: Draft, outcome: TryOutcome, { random, keepsHours }: World): readonly Step[] {
  const hop = draft.direction === 'outbound' ? draft.elsewhere : null;
  const steps = [received(draft), submitted(draft, after(draft, random.between(1, 3)))];
  const expiryMs = draft.acceptedAt.getTime() + keepsHours * HOUR_MS;
  let at = after(draft, random.between(4, 25));
  let hurdle = outcome(at, 0);
  for (let tries = 1; hurdle !== null; tries += 1) {
    steps.push(deferred(draft, at, hurdle.reply, hop));
    const next = new Date(at.getTime() + random.between(780, 1_020) * 1000);
    if (next.getTime() >= expiryMs)
      return [...steps, failed(draft, new Date(expiryMs), hurdle.whenExpired, hop)];
    at = next;
    hurdle = outcome(at, tries);
  }
  return [...steps, arrived(draft, at, hop)];
}

function arrived(draft: Draft, at: Date, hop: Destination | null): Step {
  return hop === null ? delivered(draft, at) : sent(draft, at, hop);
}

/** The troubles of the scenario's phases decide. */
function troubleOutcome(draft: Draft, { phases, random }: World): TryOutcome {
  const course = { direction: draft.direction, destination: draft.elsewhere };
  const minuteOf = (at: Date): number => draft.minute + (at.getTime() - draft.acceptedAt.getTime()) / 60_000;
  let last = firstTrouble(phases, course, draft.minute, random);
  return (at, tryNumber) => {
    if (tryNumber > 0 && last !== null) last = laterTrouble(phases, course, minuteOf(at), last, random);
    return last;
  };
}

function delayedOutcome(fate: Extract<Fate, { kind: 'delayed' }>, random: Random): TryOutcome {
  const failures = random.between(...fate.tries);
  return (_at, tryNumber) =>
    tryNumber < failures ? { reply: fate.reply, whenExpired: 'queue-expired' } : null;
}

/** A policy match and the failure that it causes fall into the same second. */
function bounced(draft: Draft, reply: ReplyName, policyEvent: string | null): readonly Step[] {
  const at = after(draft, 6);
  const hop = draft.direction === 'outbound' && policyEvent === null ? draft.elsewhere : null;
  const match = policyEvent === null ? [] : [noted(policyEvent, at, 'Rule: Keep customer data inside', null)];
  return [received(draft), ...match, failed(draft, at, reply, hop)];
}

function moderated(draft: Draft, minutes: number): readonly Step[] {
  const waiting = noted('Transport rule', after(draft, 5), 'The message waits for a moderator.', 'pending');
  return [received(draft), waiting, delivered(draft, after(draft, minutes * 60))];
}

function spam(draft: Draft, folder: string, status: string): readonly Step[] {
  const verdict = noted('Spam', after(draft, 3), 'SCL: 6, SFV: SPM', null);
  return [received(draft), verdict, { ...delivered(draft, after(draft, 3), folder), status }];
}

function recalled(draft: Draft): readonly Step[] {
  const recall = noted('Recall', after(draft, 900), 'The message was recalled by its sender.', 'recalled');
  return [received(draft), delivered(draft, after(draft, 8)), recall];
}

function groupDeliveries(draft: Draft, world: World): readonly SimulatedDelivery[] {
  const group = world.random.pick(GROUPS);
  const toGroup = { ...draft, recipient: group.address };
  const at = after(draft, 2);
  const expanded = noted(
    'Expand',
    at,
    `The message was expanded to ${group.members} recipients.`,
    'expanded',
  );
  const members = Array.from({ length: group.members }, () => personAt(world.random, TENANT_DOMAIN));
  return [
    deliveryOf(toGroup, [received(toGroup), expanded, dropped(toGroup, at)]),
    ...[...new Set(members)].map((recipient) => {
      const copy = { ...draft, recipient };
      return deliveryOf(copy, stepsOf(copy, { kind: 'delivered' }, world));
    }),
  ];
}

/** Unless it is addressed to a domain of that kind already. */
function misaddressed(draft: Draft): Draft {
  const [name = ''] = draft.recipient.split('@');
  const typo = TYPO_DESTINATIONS.find(({ domain }) => domain === draft.elsewhere?.domain) ?? TYPO_DESTINATION;
  return { ...draft, recipient: `${name}@${typo.domain}`, elsewhere: typo };
}

function deliveryOf(draft: Draft, steps: readonly Step[]): SimulatedDelivery {
  return {
    id: draft.id,
    messageId: draft.messageId,
    sender: draft.sender,
    recipient: draft.recipient,
    subject: draft.subject,
    receivedAt: draft.acceptedAt,
    sizeBytes: draft.sizeBytes,
    fromIp: draft.direction === 'inbound' ? (draft.elsewhere?.ip ?? null) : null,
    toIp: draft.direction === 'outbound' ? (draft.elsewhere?.ip ?? null) : null,
    lagSeconds: draft.lagSeconds,
    statuses: statusesOf(draft, steps),
    events: () => steps.map((step) => step.tell()),
  };
}

/** The status is not known when the row first appears. */
function statusesOf(draft: Draft, steps: readonly Step[]): readonly StatusChange[] {
  const changes = steps.flatMap(({ at, status }) => (status === null ? [] : [{ at, status }]));
  return [{ at: draft.acceptedAt, status: 'gettingStatus' }, ...changes];
}

function after(draft: Draft, seconds: number): Date {
  return new Date(draft.acceptedAt.getTime() + seconds * 1000);
}
