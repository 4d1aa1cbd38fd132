/** Single steps on the way of a message, each with what the service writes down about it. */
import type { EventProperty, ReasonRecord, SimulatedEvent } from '../population/delivery.js';
import type { Draft } from './draft.js';
import type { Destination } from './places.js';
import type { Reply, ReplyName } from './replies.js';
import { filledIn, REPLIES } from './replies.js';

/** An event, and the status that the row has from then on; null leaves it as it is. */
export interface Step extends SimulatedEvent {
  readonly status: string | null;
}

const PLAIN = { reason: null, reasonIn: 'description', status: null } as const;

export function received(draft: Draft): Step {
  const properties = [
    text('ServerHostName', draft.host),
    text('ClientIP', draft.direction === 'inbound' ? (draft.elsewhere?.ip ?? '') : '2001:db8:7::15'),
    text('ReturnPath', draft.sender),
    text('DeliveryPriority', 'Normal'),
    count('RcptCount', 1),
    count('SequenceNumber', 0),
  ];
  const description = `Message received by: ${draft.host} using TLS1.2 with AES256`;
  return { ...PLAIN, at: draft.acceptedAt, event: 'Receive', description, properties };
}

export function submitted(draft: Draft, at: Date): Step {
  const properties = [text('ServerHostName', draft.host), count('SequenceNumber', 1)];
  return { ...PLAIN, at, event: 'Submit', description: 'The message was submitted.', properties };
}

/** `folder` is the well-known folder that it went into. */
export function delivered(draft: Draft, at: Date, folder = 'Inbox'): Step {
  const description = `The message was successfully delivered to the folder: DefaultFolderType:${folder}`;
  const properties = [text('MailboxServer', draft.host), latency(draft, at)];
  return { ...PLAIN, at, event: 'Deliver', description, properties, status: 'delivered' };
}

export function sent(draft: Draft, at: Date, hop: Destination): Step {
  const description = `Message sent to ${hop.mx} at ${hop.ip} using TLS1.2 with AES256`;
  const properties = [
    text('ServerHostName', draft.host),
    text('OutboundProxyTargetIPAddress', hop.ip),
    text('OutboundProxyTargetHostName', hop.mx),
    truth('IsSmtpResponseFromExternalServer', true),
    blob('CustomData', `S:Hostname=${hop.mx};'S:DeliveryPriority=Normal;Latency=ok'`),
    latency(draft, at),
  ];
  return { ...PLAIN, at, event: 'Send external', description, properties, status: 'delivered' };
}

export function deferred(draft: Draft, at: Date, reply: ReplyName, hop: Destination | null): Step {
  return troubled('Defer', draft, at, reply, hop, 'pending');
}

export function failed(draft: Draft, at: Date, reply: ReplyName, hop: Destination | null): Step {
  return troubled('Fail', draft, at, reply, hop, 'failed');
}

/** The normal end of the copy that was addressed to a group. */
export function dropped(draft: Draft, at: Date): Step {
  return troubled('Drop', draft, at, 'expanded', null, null);
}

/** A verdict or a policy match; `status` is the row's from then on. */
export function noted(event: string, at: Date, description: string, status: string | null): Step {
  return { ...PLAIN, at, event, description, properties: [text('List', 'none')], status };
}

function troubled(
  event: string,
  draft: Draft,
  at: Date,
  name: ReplyName,
  hop: Destination | null,
  status: string | null,
): Step {
  const reply: Reply = REPLIES[name];
  return {
    at,
    event,
    description: event === 'Fail' ? 'The message could not be delivered.' : 'Delivery will be tried again.',
    reason: reasonOf(reply, draft, at, hop),
    reasonIn: reply.place,
    properties: [
      text('ServerHostName', draft.host),
      truth('IsSmtpResponseFromExternalServer', reply.spokenBy === 'remote'),
      text('RecipientReference', `<${draft.recipient}>`),
      text('SourceContext', reply.spokenBy === 'remote' ? 'SmtpSend' : 'Queue'),
    ],
    status,
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
