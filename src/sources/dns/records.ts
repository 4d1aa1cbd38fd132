/** Single records in the words of the domain; null for what is not of the kind that was asked for. */
import { createHash } from 'node:crypto';

import type { HostAddress } from '#mailflow/connector/dns/mail-dns.js';
import type { TlsaRecord } from '#mailflow/connector/dns/tlsa-record.js';

import { type ReadRecord, sameName } from './read-answer.js';

export const readV4: ReadRecord<HostAddress> = (record) =>
  record.type === 'A' ? { address: record.data, family: 4 } : null;

export const readV6: ReadRecord<HostAddress> = (record) =>
  record.type === 'AAAA' ? { address: record.data, family: 6 } : null;

export interface MailExchanger {
  /** As it was written, and so perhaps no host name; empty for the root. */
  readonly exchange: string;
  readonly preference: number;
}

export const readMailExchanger: ReadRecord<MailExchanger> = (record) => {
  if (record.type !== 'MX') return null;
  return { exchange: sameName(record.data.exchange), preference: record.data.preference ?? 0 };
};

export const readTlsa: ReadRecord<TlsaRecord> = (record) => {
  if (record.type !== 'TLSA') return null;
  const { usage, selector, matchingType, certificate } = record.data;
  const association = certificate.toString('hex');
  const associationSha256 = createHash('sha256').update(certificate).digest('hex');
  return { usage, selector, matchingType, association, associationSha256 };
};

/** The strings of one record, joined as RFC 7208 and RFC 8461 join them. */
export const readText: ReadRecord<string> = (record) => {
  if (record.type !== 'TXT') return null;
  const { data } = record;
  const pieces = Array.isArray(data) ? data : [data];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString('utf8');
};
