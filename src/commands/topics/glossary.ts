import type { Topic } from '#cli/topic.js';

export const glossary: Topic = {
  name: 'glossary',
  summary: 'The words of mailcheck: state, class, party, reason and more',
  paragraphs: [
    'delivery: one message for one recipient, as a row of a trace.',
    `  state      from the service's status alone: delivered, pending, bounced,
             expanded, quarantined, filtered, recalled, unknown
  held       the service still has the message and tries again
  verdict    what the detail of a delivery means; empty when it was not read`,
    'verdict: what a reply means.',
    `  class      transient (4.x: still held, tried again), permanent (5.x: final),
             none (nothing failed), unknown
  state      deferred, bounced, expired, delivered, relayed, expanded,
             quarantined, filtered, blocked, not-bounce, unknown
  party      whose side the cause is on: service (Microsoft), sender,
             sender-policy, recipient, recipient-policy, connector, network,
             unknown
  retry      automatic (by itself), after-fix, later, never
  mismatch   event, reply code and enhanced code disagree about final or not
  basis      what fixed the class: event, reply, code or text`,
    'deferral: a 4.x answer; the one who holds the mail tries again. Bounce: a 5.x answer, or the end of the retries; final. An expired message is permanent even when its enhanced code begins with 4.',
    'reply code: three digits, as 451 (RFC 5321). Enhanced status: as 4.3.2 (RFC 3463). NDR: a notice of failure to the sender (a DSN with action failed, RFC 3464).',
    'message trace id: the id of Exchange for a message, one for all recipients. Message-ID: the header that the sending program wrote.',
    'examined, estimate, low, high: reasons are read for a sample of held and failed mail; low and high bound the true number with 95 % confidence. When all were read, the three are equal.',
    'likely: the reason and side that more than half of those had that were read of the same status and destination, with their share and number. It is said of a delivery that was not read, marked with ~ on the screen; it is no verdict.',
    'heldInnocent: the part of the held mail that waits though nothing is broken, because a rule, a moderator or a greylist lets it wait.',
    'finding: what a judging command has to say of one subject, with evidence and remedy.',
    `  level      critical (mail surely breaks), warning (deserves a look), info
             (good to know; on the screen a remark)
  subject    the connector, else the domain, the rule or the server`,
    'connector: what Exchange Online keeps about mail from or to certain hosts and domains. Inbound: whom it takes for whom; outbound: by which way mail leaves, by MX or by smart hosts, the hosts that are named in place of it.',
    'path: one address of a host that mail goes to, as connectors probe tries it. Its status is a word of the mail world: pass, warn (something is wrong, and mail passes), fail or permerror (it does not work), temperror (put off, or not to be known now), skipped (our own way is shut, or it was not to be tried). proven is the last point that was passed: connect, banner, ehlo, tls, mail, rcpt. A route is all paths of a connector or domain, in the order in which a sender tries them.',
    'accepted domain: a domain of your own. Authoritative: all of its mailboxes are here; a relay domain (internal or external) has some elsewhere, and a connector leads there.',
    'gap (incomplete): something asked for that is not in the answer, with reason and remedy. It makes the exit code 3; it is never counted as fine.',
    'settled until: mail younger than about 15 minutes may still be missing from a trace, and its status may change.',
    'issue: what Microsoft writes about one of its services, as EX1331830. Its class is incident (noticeable) or advisory (limited); its status word is shown as it came. Whether it is open is told by the service, never by that word.',
    'touches: mail-flow or sign-in, when the feature, the title or the impact of an issue says so, whichever service it is filed under. Lag: the time from the beginning of the impact to the first post. Overdue: the next update that the newest post names has passed.',
    'signal: one thing that status looks at: trace, health, sign-in, reach, status-page, looks. Its quality is fresh, stale (older than it may be, or from a wrong clock), partial (a part is missing), missing (not kept or not asked) or error (it failed). Only a fresh one can say that all is well or that something is broken.',
    'look: what one run of status saw, in numbers. Looks tell what is usual for the hour, and when an alert opens (3 of the last 5 were bad, or two independent signals agree) and closes.',
    'past expiry: held by its status longer than the MessageExpiration of the tenant (24 hours where that is not known), after which Exchange gives up. The status is stale, or the message waits for a person; it is in no queue.',
    'finding: what is wrong, with its numbers: info, warning or critical. Verdict of a look: the worst that is proven; unknown where nothing bad is and the trace or service health was not seen whole and now.',
    'relay: a mail server of your own that sends to Microsoft 365. held by: who puts its mail off: microsoft (a server of Exchange Online answered), other-server, network (no server answered: names, connections, TLS), relay (its own delivery is broken or pauses), intent (on hold, frozen, a greylist), untold (no reason is told). Mail is for Microsoft by its next hop, by the reply, or by its domain (--domain). Queue lifetime: how long the relay tries.',
    'alike: many unrelated destinations, behind different servers, give the same failure. It is then the service that fails, not they.',
    'coincidence: an issue is open, and the deferrals are of another kind or began before it.',
    'stale: from an answer that was kept earlier. It shows what was; it is never fine and never critical.',
    'drill: the simulated tenant. It says DRILL in the first line of every screen.',
  ],
};
