/** What to do now and what to leave alone, as data: each with the circumstances in which it is said. Most urgent first. */
import type { Advice } from './assessment.js';
import type { Circumstance, Situation } from './situation.js';

interface AdviceRule extends Advice {
  readonly id: string;
  /** All of these must hold. */
  readonly when: readonly Circumstance[];
  /** None of these may. */
  readonly unless?: readonly Circumstance[];
}

/** `{issue}` and `{hop}` are filled in; an advice whose blank is not known is not given. */
export const ADVICE_RULES: readonly AdviceRule[] = [
  {
    id: 'call-the-owner',
    kind: 'do',
    when: ['expiring'],
    text: 'Before anything else: reach the owner of {hop} or mend that connector; its mail is given up within hours.',
  },
  {
    id: 'tell-users-late',
    kind: 'do',
    when: ['held-by-service', 'mail-flow-issue'],
    text: 'Tell users: "Some mail is late because of a fault at Microsoft ({issue}). It is kept and will arrive; please do not resend it."',
  },
  {
    id: 'tell-users-late-unposted',
    kind: 'do',
    when: ['held-by-service'],
    unless: ['mail-flow-issue'],
    text: 'Tell users: "Some mail is late because of a fault at our mail provider. It is kept and will arrive; please do not resend it."',
  },
  {
    id: 'do-not-resend',
    kind: 'do-not',
    when: ['held', 'mail-trouble'],
    text: 'Do not resend held mail (4.x): it is retried by itself, and a copy arrives twice.',
  },
  {
    id: 'resend-bounced',
    kind: 'do',
    when: ['failed-by-service'],
    text: 'Only bounced mail must be sent again, once the fault is over: `mailcheck trace --resend-list` names its senders.',
  },
  {
    id: 'do-not-move-mx',
    kind: 'do-not',
    when: ['held-by-service'],
    text: 'Do not move the MX: senders keep trying the old one for hours, and mail goes past your filters.',
  },
  {
    id: 'do-not-move-mx-yet',
    kind: 'do-not',
    when: ['mail-flow-issue'],
    unless: ['held-by-service'],
    text: 'Do not move the MX because of {issue}: senders outside keep their mail and retry.',
  },
  {
    id: 'look-where-inbound-waits',
    kind: 'do',
    when: ['inbound-dip'],
    text: 'Look where inbound mail waits: in the queue of your relay (`mailcheck relay --run "postqueue -j"`), and by the reply that a sender outside got (`mailcheck explain`). Mail deferred at the edge is in no trace.',
  },
  {
    id: 'do-not-move-mx-in-a-dip',
    kind: 'do-not',
    when: ['inbound-dip'],
    unless: ['held-by-service', 'mail-flow-issue'],
    text: 'Do not move the MX while inbound mail is missing: its senders keep it and retry.',
  },
  {
    id: 'do-not-purge',
    kind: 'do-not',
    when: ['held', 'mail-trouble'],
    text: 'Do not purge queues, here or at your relay: what is in them is the only copy.',
  },
  {
    id: 'lower-relay-concurrency',
    kind: 'do',
    when: ['resource-forest-limit', 'held-by-service'],
    text: 'At your relay, lower parallel connections to Microsoft: the reply names the limit of connections per resource forest.',
  },
  {
    id: 'raise-relay-lifetime',
    kind: 'do',
    when: ['held-by-service'],
    text: 'At your relay, raise the lifetime of queued mail to two days or more, so that nothing bounces meanwhile.',
  },
  {
    id: 'relay-lifetime-at-the-edge',
    kind: 'do',
    when: ['edge-puts-off'],
    unless: ['held-by-service'],
    text: 'Your mail hosts put senders off: look into the queue of your relay, and raise its lifetime to two days or more. Such mail is in no trace.',
  },
  {
    id: 'retry-after-recovery',
    kind: 'do',
    when: ['held-by-service'],
    text: 'Retry queues by hand only after recovery; before, it adds to the load.',
  },
  {
    id: 'look-at-the-hop',
    kind: 'do',
    when: ['held-at-one-hop'],
    text: 'See to {hop}: mail to several domains waits for it. Its firewall must admit the addresses of Exchange Online.',
  },
  {
    id: 'look-at-the-connector',
    kind: 'do',
    when: ['held-at-connector'],
    unless: ['held-at-one-hop'],
    text: 'See to the hosts of the connector {connector}: DNS, firewall, TLS. Then `mailcheck connectors probe`.',
  },
  {
    id: 'tell-the-postmaster',
    kind: 'do',
    when: ['held-at-one-destination'],
    unless: ['expiring', 'held-at-connector'],
    text: 'Tell the postmaster of the destination that takes no mail; it is not your tenant.',
  },
  {
    id: 'read-the-posts',
    kind: 'do',
    when: ['mail-flow-issue'],
    text: 'Follow the posts: `mailcheck health show {issue}`.',
  },
  {
    id: 'open-a-case',
    kind: 'do',
    when: ['service-without-issue'],
    text: 'Open a case with Microsoft now and give it these numbers: service health has no issue that explains them.',
  },
  {
    id: 'keep-a-session',
    kind: 'do',
    when: ['sign-in-issue'],
    text: 'Keep a signed-in session open, and do not reset passwords because of {issue}.',
  },
  {
    id: 'outside-proof',
    kind: 'do',
    when: ['issue-without-effect'],
    text: 'Ask a sender outside for the text of the reply and give it to `mailcheck explain`: mail refused before acceptance is in no trace.',
  },
  {
    id: 'absence-proves-nothing',
    kind: 'do-not',
    when: ['mail-trouble'],
    text: 'Do not take a message for lost because the trace does not show it: absence does not prove loss.',
  },
  {
    id: 'outbox',
    kind: 'do',
    when: ['mail-trouble'],
    text: 'Let users look into the Outbox of Outlook: what lies there has not been sent and is in no trace.',
  },
  {
    id: 'read-reasons',
    kind: 'do',
    when: ['reasons-unread', 'held', 'mail-trouble'],
    text: 'Read the reasons: `mailcheck trace --sample 60`; none could be read this time.',
  },
  {
    id: 'mend-network',
    kind: 'do',
    when: ['own-network-down'],
    text: 'Mend the network of this machine first, or ask from another one.',
  },
  {
    id: 'set-clock',
    kind: 'do',
    when: ['clock-wrong'],
    text: 'Set the clock of this machine right (NTP), then ask again.',
  },
  {
    id: 'mend-sign-in',
    kind: 'do',
    when: ['own-sign-in-refused'],
    text: 'Mend our own sign-in first (`mailcheck help permissions`); nothing is said of the tenant until then.',
  },
  {
    id: 'other-trace',
    kind: 'do',
    when: ['trace-unseen'],
    unless: ['own-network-down', 'clock-wrong', 'own-sign-in-refused'],
    text: 'See the mail another way: `mailcheck trace --via exchange`, or an export with `mailcheck trace --file`.',
  },
  {
    id: 'other-health',
    kind: 'do',
    when: ['health-unseen'],
    unless: ['own-network-down', 'clock-wrong'],
    text: 'Look at https://status.cloud.microsoft and @MSFT365Status; both tell of the portal and of large outages only.',
  },
  {
    id: 'portal',
    kind: 'do-not',
    when: ['portal-trouble'],
    text: 'Do not wait for the admin center: the public status page says that it is in trouble itself.',
  },
  {
    id: 'wait-for-quota',
    kind: 'do',
    when: ['throttled'],
    text: 'Ask again when the quota is free: `mailcheck quota` says who used it.',
  },
];

export function adviseOn({ circumstances, issueId, hop, connector }: Situation): readonly Advice[] {
  const blanks: readonly (readonly [string, string | null])[] = [
    ['{issue}', issueId],
    ['{hop}', hop],
    ['{connector}', connector],
  ];
  return ADVICE_RULES.filter(
    ({ text, when, unless = [] }) =>
      when.every((each) => circumstances.has(each)) &&
      !unless.some((each) => circumstances.has(each)) &&
      blanks.every(([blank, value]) => value !== null || !text.includes(blank)),
  ).map(({ kind, text }) => ({
    kind,
    text: blanks.reduce((filled, [blank, value]) => filled.replaceAll(blank, () => value ?? ''), text),
  }));
}
