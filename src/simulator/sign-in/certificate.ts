/** A certificate authority and a server certificate for this machine, made at start: Node has no call for it. */
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

import {
  bitString,
  objectId,
  octetString,
  positiveInteger,
  sequence,
  set,
  tagged,
  time,
  truth,
  utf8String,
} from './der.js';

interface LoopbackCertificate {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Subject {
  readonly name: string;
  readonly keys: KeyPair;
}

interface Validity {
  readonly from: Date;
  /** In 2049 at the latest. */
  readonly until: Date;
}

export interface ServerCertificate extends Validity {
  /** DNS names, and 127.0.0.1 beside them. */
  readonly names: readonly string[];
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Wide, because the client's machine judges it and not the tenant's clock; the keys die with the process anyway. */
export const WIDE: Validity = {
  from: new Date('2020-01-01T00:00:00Z'),
  until: new Date('2049-12-31T23:59:59Z'),
};

/** Valid for `localhost` and 127.0.0.1, and for more names where a proxy leads from them to this machine. */
export function makeLoopbackCertificate(moreNames: readonly string[] = []): LoopbackCertificate {
  const authority = newSubject('Simulated tenant authority');
  const server = newSubject('localhost');
  return {
    caPem: authorityCertificate(authority),
    certificatePem: serverCertificate(server, authority, { ...WIDE, names: ['localhost', ...moreNames] }),
    privateKeyPem: privateKeyPem(server),
  };
}

/** Somebody with keys of its own. */
export function newSubject(name: string): Subject {
  return { name, keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

export function privateKeyPem({ keys }: Subject): string {
  return keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** In PEM, signed by itself. */
export function authorityCertificate(authority: Subject): string {
  return certificate(authority, authority, WIDE, [
    extension(OID.basicConstraints, sequence(truth()), true),
    extension(OID.keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true),
  ]);
}

/** In PEM; signed by itself where both are the same. */
export function serverCertificate(
  server: Subject,
  issuer: Subject,
  { names, ...validity }: ServerCertificate,
): string {
  return certificate(server, issuer, validity, [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true),
    extension(OID.extendedKeyUsage, sequence(objectId(OID.serverAuth))),
    extension(OID.subjectAltName, namesOf(names)),
  ]);
}

/** RFC 5280, section 4.1. */
function certificate(
  subject: Subject,
  issuer: Subject,
  { from, until }: Validity,
  extensions: readonly Buffer[],
): string {
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const identifiers = [
    extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(subject.keys))),
    extension(OID.authorityKeyIdentifier, sequence(tagged(0x80, keyIdentifier(issuer.keys)))),
  ];
  const unsigned = sequence(
    tagged(0xa0, positiveInteger(Buffer.from([2]))),
    positiveInteger(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    nameOf(issuer.name),
    sequence(time(from), time(until)),
    nameOf(subject.name),
    publicKeyInfo(subject.keys),
    tagged(0xa3, sequence(...extensions, ...identifiers)),
  );
  const signature = sign('sha256', unsigned, issuer.keys.privateKey);
  return pem(sequence(unsigned, algorithm, bitString(signature)));
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [truth()] : []), octetString(value));
}

/** GeneralNames: dNSName is [2], iPAddress is [7] (RFC 5280, section 4.2.1.6). */
function namesOf(names: readonly string[]): Buffer {
  return sequence(
    ...names.map((name) => tagged(0x82, Buffer.from(name))),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
  );
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(objectId(OID.commonName), utf8String(commonName))));
}

function publicKeyInfo(keys: KeyPair): Buffer {
  return keys.publicKey.export({ type: 'spki', format: 'der' });
}

function keyIdentifier(keys: KeyPair): Buffer {
  return createHash('sha1').update(publicKeyInfo(keys)).digest();
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
