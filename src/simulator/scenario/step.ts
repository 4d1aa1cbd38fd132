/** Single steps on the way of a message, each with what the service writes down about it. */
import type { EventProperty, ReasonRecord, SimulatedEvent } from '../population/delivery.js';
import type { Draft } from './draft.js';
import type { Destination } from './places.js';
import type { Reply, ReplyName } from './replies.js';
import { filledIn, REPLIES } from './replies.js';

export interface Step {
  readonly at: Date;
  /** The status that the row has from then on; null leaves it as it is. */
  readonly status: string | null;
  readonly tell: () => SimulatedEvent;
}

const PLAIN = { reason: null, reasonIn: 'description' } as const;

export function received(draft: Draft): Step {
  const at = draft.acceptedAt;
  const tell = (): SimulatedEvent => ({
    ...PLAIN,
    at,
    event: 'Receive',
    description: `Message received by: ${draft.host} using TLS1.2 with AES256`,
    properties: [
      text('ServerHostName', draft.host),
      text('ClientIP', draft.direction === 'inbound' ? (draft.elsewhere?.ip ?? '') : '2001:db8:7::15'),
      text('ReturnPath', draft.sender),
      text('DeliveryPriority', 'Normal'),
      count('RcptCount', 1),
      count('SequenceNumber', 0),
    ],
  });
  return { at, status: null, tell };
}

export function submitted(draft: Draft, at: Date): Step {
  const tell = (): SimulatedEvent => ({
    ...PLAIN,
    at,
    event: 'Submit',
    description: 'The message was submitted.',
    properties: [text('ServerHostName', draft.host), count('SequenceNumber', 1)],
  });
  return { at, status: null, tell };
}

/** `folder` is the well-known folder that it went into. */
export function delivered(draft: Draft, at: Date, folder = 'Inbox'): Step {
  const tell = (): SimulatedEvent => ({
    ...PLAIN,
    at,
    event: 'Deliver',
    description: `The message was successfully delivered to the folder: DefaultFolderType:${folder}`,
    properties: [text('MailboxServer', draft.host), latency(draft, at)],
  });
  return { at, status: 'delivered', tell };
}

export function sent(draft: Draft, at: Date, hop: Destination): Step {
  const tell = (): SimulatedEvent => ({
    ...PLAIN,
    at,
    event: 'Send external',
    description: `Message sent to ${hop.mx} at ${hop.ip} using TLS1.2 with AES256`,
    properties: [
      text('ServerHostName', draft.host),
      text('OutboundProxyTargetIPAddress', hop.ip),
      text('OutboundProxyTargetHostName', hop.mx),
      truth('IsSmtpResponseFromExternalServer', true),
      blob('CustomData', `S:Hostname=${hop.mx};'S:DeliveryPriority=Normal;Latency=ok'`),
      latency(draft, at),
    ],
  });
  return { at, status: 'delivered', tell };
}

export function deferred(draft: Draft, at: Date, reply: ReplyName, hop: Destination | null): Step {
  const description = 'Delivery will be tried again.';
  const tell = (): SimulatedEvent => troubled({ event: 'Defer', description, reply, draft, at, hop });
  return { at, status: 'pending', tell };
}

export function failed(draft: Draft, at: Date, reply: ReplyName, hop: Destination | null): Step {
  const description = 'The message could not be delivered.';
  const tell = (): SimulatedEvent => troubled({ event: 'Fail', description, reply, draft, at, hop });
  return { at, status: 'failed', tell };
}

/** The normal end of the copy that was addressed to a group. */
export function dropped(draft: Draft, at: Date): Step {
  const description = 'The message was dropped.';
  const tell = (): SimulatedEvent =>
    troubled({ event: 'Drop', description, reply: 'expanded', draft, at, hop: null });
  return { at, status: null, tell };
}

/** A verdict or a policy match; `status` is the row's from then on. */
export function noted(event: string, at: Date, description: string, status: string | null): Step {
  const tell = (): SimulatedEvent => ({
    ...PLAIN,
    at,
    event,
    description,
    properties: [text('List', 'none')],
  });
  return { at, status, tell };
}

interface Trouble {
  readonly event: string;
  readonly description: string;
  readonly reply: ReplyName;
  readonly draft: Draft;
  readonly at: Date;
  readonly hop: Destination | null;
}

function troubled({ event, description, reply: name, draft, at, hop }: Trouble): SimulatedEvent {
  const reply: Reply = REPLIES[name];
  return {
    at,
    event,
    description,
    reason: reasonOf(reply, draft, at, hop),
    reasonIn: reply.place,
    properties: [
      text('ServerHostName', draft.host),
      truth('IsSmtpResponseFromExternalServer', reply.spokenBy === 'remote'),
      text('RecipientReference', `<${draft.recipient}>`),
      text('SourceContext', reply.spokenBy === 'remote' ? 'SmtpSend' : 'Queue'),
    ],
  };
}

function reasonOf(reply: Reply, draft: Draft, at: Date, hop: Destination | null): ReasonRecord {
  const mx = hop?.mx ?? draft.host;
  const ip = hop?.ip ?? '2001:db8:7::25';
  const blanks = { recipient: draft.recipient, mx, ip, host: draft.host };
  return {
    lastError: filledIn(reply.text, blanks),
    message: '',
    fqdn: reply.namesHop ? mx : null,
    ip: reply.namesHop ? ip : null,
    lastRetryAt: at,
    trailer: filledIn(reply.trailer, blanks),
  };
}

function latency(draft: Draft, at: Date): EventProperty {
  const seconds = (at.getTime() - draft.acceptedAt.getTime()) / 1000;
  return { name: 'TotalLatency', type: 'Double', value: String(seconds) };
}

const text = (name: string, value: string): EventProperty => ({ name, type: 'String', value });
const blob = (name: string, value: string): EventProperty => ({ name, type: 'Blob', value });
const count = (name: string, value: number): EventProperty => ({ name, type: 'Long', value: String(value) });
const truth = (name: string, value: boolean): EventProperty => ({
  name,
  type: 'Bool',
  value: value ? 'True' : 'False',
});
