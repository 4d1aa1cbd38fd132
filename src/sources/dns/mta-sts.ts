/** A domain's policy as RFC 8461 has it fetched: a record that says that there is one, and a web server that shows it. */
import type { DnsAnswer, HostAddress } from '#mailflow/connector/dns/mail-dns.js';
import type { MtaStsAnswer, MtaStsFault } from '#mailflow/connector/dns/mta-sts-policy.js';
import { isStsRecord, parseStsPolicy, parseStsRecord } from '#mailflow/connector/dns/parse-mta-sts.js';

import type { Received } from '../http/exchange.js';
import { openSend, type SendLimits, type Sent } from '../http/send.js';
import { proxyFor } from '../sign-in/proxy.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import { hostNameOf } from './host-name.js';

interface PolicyRoads {
  readonly texts: (name: string, signal: AbortSignal) => Promise<DnsAnswer<string>>;
  readonly addresses: (host: string, signal: AbortSignal) => Promise<DnsAnswer<HostAddress>>;
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly port: number;
  /** Null: what was looked up is what is connected to. */
  readonly detour: PolicyDetour | null;
}

/** Where to connect instead. */
export type PolicyDetour = (at: PolicyPlace) => PolicyPlace;

export interface PolicyPlace {
  readonly address: string;
  readonly port: number;
}

/** RFC 8461, section 3.3, suggests both: a minute, and 64 KiB. Nobody here waits for a minute. */
const LIMITS: SendLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  idleMs: 10_000,
  totalMs: 15_000,
};

const SHOWN_CHARS = 200;

/** Never rejects. */
export async function fetchPolicy(
  domain: string,
  signal: AbortSignal,
  roads: PolicyRoads,
): Promise<MtaStsAnswer> {
  const name = hostNameOf(domain);
  if (name === null) return unusable('record', `${domain.slice(0, SHOWN_CHARS)} is no domain`);
  const record = recordOf(await roads.texts(`_mta-sts.${name}`, signal));
  if (record.kind !== 'id') return record;
  const host = `mta-sts.${name}`;
  const origin = `https://${host}${roads.port === 443 ? '' : `:${roads.port}`}`;
  const way = await wayTo(host, origin, signal, roads);
  if (way.kind !== 'way') return way;
  const sent = await firstSent(origin, way.addresses, signal, roads);
  if (sent.kind === 'answered') return policyIn(sent.response, record.policyId);
  switch (sent.why) {
    case 'certificate':
    case 'not-tls':
      return unusable('policy-certificate', sent.code);
    case 'too-large':
      return unusable('policy-too-large', `more than ${LIMITS.bodyBytes} bytes`);
    default:
      return unanswered('policy', `${origin}: ${sent.code}`);
  }
}

type StsRecord = { readonly kind: 'id'; readonly policyId: string } | MtaStsAnswer;

function recordOf(answer: DnsAnswer<string>): StsRecord {
  switch (answer.kind) {
    case 'no-such-name':
    case 'no-such-record':
      return { kind: 'none' };
    case 'unanswered':
      return unanswered('record', answer.text === '' ? answer.reason : answer.text);
    case 'refused':
      return unanswered('record', answer.text);
    case 'found':
      return recordIn(answer.records.filter(isStsRecord));
  }
}

function recordIn(texts: readonly string[]): StsRecord {
  const [text, ...others] = texts;
  if (text === undefined) return { kind: 'none' };
  if (others.length > 0) return unusable('record', `${texts.length} records`);
  const policyId = parseStsRecord(text);
  return policyId === null ? unusable('record', text.slice(0, SHOWN_CHARS)) : { kind: 'id', policyId };
}

type Way =
  /** Null where a proxy finds it. */
  { readonly kind: 'way'; readonly addresses: readonly (HostAddress | null)[] } | MtaStsAnswer;

/** Behind a proxy that one resolves the name; else it is resolved once, checked, and connected to as checked. */
async function wayTo(host: string, origin: string, signal: AbortSignal, roads: PolicyRoads): Promise<Way> {
  if (roads.detour === null && proxyFor(origin, roads.env) !== null)
    return { kind: 'way', addresses: [null] };
  const answer = await roads.addresses(host, signal);
  switch (answer.kind) {
    case 'no-such-name':
    case 'no-such-record':
      return unusable('policy-host', `${host}: ${answer.kind}`);
    case 'refused':
      // Inside, the name may lead elsewhere than outside, where senders ask.
      return answer.reason === 'barred-address'
        ? unanswered('policy', `${host}: ${answer.text}, where only --allow-private leads`)
        : unusable('policy-host', `${host}: ${answer.text}`);
    case 'unanswered':
      return unanswered('policy', `${host}: ${answer.text === '' ? answer.reason : answer.text}`);
    case 'found':
      return { kind: 'way', addresses: answer.records.slice(0, MOST_TRIED) };
  }
}

const MOST_TRIED = 3;

/** The next address is tried where nobody takes the connection; one that answers badly has answered. */
async function firstSent(
  origin: string,
  [first = null, ...others]: readonly (HostAddress | null)[],
  signal: AbortSignal,
  roads: PolicyRoads,
): Promise<Sent> {
  const { caPem, detour, port } = roads;
  // Beside a detour nothing leaves this machine, not even to a proxy.
  const env = detour === null ? roads.env : {};
  const at = first === null ? {} : (detour?.({ address: first.address, port }) ?? { address: first.address });
  const send = openSend({ origin, isSecure: true }, { caPem, env, ...at }, LIMITS);
  const headers = { accept: 'text/plain', connection: 'close' };
  const sent = await send({ path: '/.well-known/mta-sts.txt', headers, json: null, signal });
  const isNext = sent.kind === 'unanswered' && sent.why === 'refused' && others.length > 0;
  return isNext ? firstSent(origin, others, signal, roads) : sent;
}

function policyIn({ status, headers, body }: Received, policyId: string): MtaStsAnswer {
  if (status !== 200) {
    const location = headers.get('location');
    const leads = location === null ? '' : `, leads to ${location.slice(0, SHOWN_CHARS)}`;
    return unusable('policy-status', `status ${status}${leads}`);
  }
  const type = headers.get('content-type') ?? '';
  if (!/^text\/plain[ \t]*(?:;|$)/i.test(type)) return unusable('policy-type', type.slice(0, SHOWN_CHARS));
  const parsed = parseStsPolicy(body);
  if (parsed.ok) return { kind: 'policy', policyId, policy: parsed.value };
  return unusable('policy-text', `line ${parsed.at}: expected ${parsed.expected}`);
}

function unusable(reason: MtaStsFault, text: string): MtaStsAnswer {
  return { kind: 'unusable', reason, text };
}

function unanswered(part: 'record' | 'policy', text: string): MtaStsAnswer {
  return { kind: 'unanswered', part, text };
}
