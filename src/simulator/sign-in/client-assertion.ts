/** Signed statements in the place of a secret (RFC 7523): by the app's own certificate, or by somebody whom it trusts. */
import { constants, createHash, verify, X509Certificate } from 'node:crypto';

import { invalidClient, type Refusal } from './refusal.js';
import type { Registration } from './registration.js';

/** Either side's clock may be wrong by so much. */
const TOLERANCE_SECONDS = 300;

export function refusalOfAssertion(assertion: string, registration: Registration, now: Date): Refusal | null {
  const parts = partsOf(assertion);
  if (parts === null) return invalidClient(50027, 'JWT token is invalid or malformed.');
  const refusal = isOwn(parts, registration)
    ? refusalOfSignature(assertion, parts, { registration, now })
    : refusalOfTrust(parts, registration);
  return refusal ?? refusalOfTime(parts.claims, now);
}

type Claims = ReadonlyMap<string, unknown>;

interface Parts {
  readonly header: Claims;
  readonly claims: Claims;
}

/** An app that vouches for itself names itself as issuer. */
function isOwn({ claims }: Parts, { clientId }: Registration): boolean {
  return claims.get('iss') === clientId;
}

function refusalOfSignature(
  assertion: string,
  { header }: Parts,
  { registration, now }: { readonly registration: Registration; readonly now: Date },
): Refusal | null {
  const certificate = registration.certificates
    .map((pem) => new X509Certificate(pem))
    .find(({ raw }) =>
      thumbprints(raw).some((print) => print === header.get('x5t#S256') || print === header.get('x5t')),
    );
  if (certificate === undefined) {
    return invalidClient(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application.',
    );
  }
  if (new Date(certificate.validTo) < now)
    return invalidClient(700027, 'Client assertion failed: the certificate that signed it has expired.');
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  const isPss = header.get('alg') === 'PS256';
  const key = {
    key: certificate.publicKey,
    ...(isPss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}),
  };
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    key,
    Buffer.from(signature, 'base64url'),
  );
  return isSigned ? null : invalidClient(700027, 'Client assertion failed signature validation.');
}

function thumbprints(raw: Buffer): readonly string[] {
  return ['sha256', 'sha1'].map((algorithm) => createHash(algorithm).update(raw).digest('base64url'));
}

/** The signature of the other issuer is taken on trust: the simulated tenant cannot fetch its keys. */
function refusalOfTrust({ claims }: Parts, { federated }: Registration): Refusal | null {
  const ofIssuer = federated.filter(({ issuer }) => issuer === claims.get('iss'));
  if (ofIssuer.length === 0) {
    return invalidClient(
      700211,
      'No matching federated identity record found for presented assertion issuer.',
    );
  }
  const ofAudience = ofIssuer.filter(({ audience }) => audience === claims.get('aud'));
  if (ofAudience.length === 0) {
    return invalidClient(
      700212,
      'No matching federated identity record found for presented assertion audience.',
    );
  }
  return ofAudience.some(({ subject }) => subject === claims.get('sub'))
    ? null
    : invalidClient(700213, 'No matching federated identity record found for presented assertion subject.');
}

function refusalOfTime(claims: Claims, now: Date): Refusal | null {
  const seconds = now.getTime() / 1000;
  const from = Number(claims.get('nbf') ?? claims.get('iat') ?? 0);
  const until = Number(claims.get('exp') ?? 0);
  if (seconds >= from - TOLERANCE_SECONDS && seconds <= until + TOLERANCE_SECONDS) return null;
  return invalidClient(700024, 'Client assertion is not within its valid time range.');
}

function partsOf(assertion: string): Parts | null {
  const [header, claims] = assertion.split('.').slice(0, 2).map(objectIn);
  return header === undefined || claims === undefined || header === null || claims === null
    ? null
    : { header, claims };
}

function objectIn(part: string): Claims | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : null;
  } catch {
    return null;
  }
}
