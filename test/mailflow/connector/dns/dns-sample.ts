/** Answers of DNS as a test needs them: a sound one, and what is different about this one. */
import type { Absent, Found, Unanswered } from '#mailflow/connector/dns/mail-dns.js';
import type { TlsaRecord } from '#mailflow/connector/dns/tlsa-record.js';
import type { ChainLink } from '#mailflow/connector/probe/tls-facts.js';

export function found<Row>(records: readonly Row[], different: Partial<Found<Row>> = {}): Found<Row> {
  return {
    ...{ kind: 'found', records, ttlSeconds: 300, isAuthenticated: false },
    ...{ aliases: [], leftOut: [], dissent: [] },
    ...different,
  };
}

export function absent(kind: Absent['kind'], different: Partial<Absent> = {}): Absent {
  return { kind, isAuthenticated: false, witnesses: 2, dissent: [], ...different };
}

export function unanswered(reason: Unanswered['reason'], text = ''): Unanswered {
  return { kind: 'unanswered', reason, text };
}

/** A link whose hashes are one letter each, repeated; as long as such hashes are. */
export function linkOf(letter: string, different: Partial<ChainLink> = {}): ChainLink {
  return {
    subject: `CN=${letter}`,
    certificateSha256: `${letter}1`.repeat(32),
    certificateSha512: `${letter}2`.repeat(64),
    publicKeySha256: `${letter}3`.repeat(32),
    publicKeySha512: `${letter}4`.repeat(64),
    isSignedByNext: true,
    ...different,
  };
}

export function tlsa(text: string, associationSha256 = '00'.repeat(32)): TlsaRecord {
  const [usage = '', selector = '', matchingType = '', association = ''] = text.split(' ');
  return {
    usage: Number(usage),
    selector: Number(selector),
    matchingType: Number(matchingType),
    association,
    associationSha256,
  };
}
