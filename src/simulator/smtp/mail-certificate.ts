/** Certificates of mail servers, sound and otherwise, made when they are needed. */
import {
  authorityCertificate,
  newSubject,
  privateKeyPem,
  serverCertificate,
  type Subject,
  WIDE,
} from '../sign-in/certificate.js';

/** What can be wrong with a certificate, in a word. */
export type CertificateWord =
  | 'good'
  | 'expired'
  | 'future'
  | 'wrong-name'
  | 'self-signed'
  /** Signed by an authority that nobody knows. */
  | 'unknown-authority'
  /** Sound, but with escape sequences in its names. */
  | 'hostile-name'
  /** Sound, with more names than anybody wants to read. */
  | 'many-names';

export interface MailCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface MailAuthority {
  readonly caPem: string;
  /** For a server of that name; good until 2049 where nothing else is said. */
  readonly issue: (name: string, word: CertificateWord, otherNames?: readonly string[]) => MailCertificate;
}

/** Clears the screen, sets the title of the window, and begins a row of its own. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\r\nFORGED \u009b31m\u202e';
const PAST = { from: new Date('2020-01-01T00:00:00Z'), until: new Date('2024-01-01T00:00:00Z') };
const FUTURE = { from: new Date('2048-01-01T00:00:00Z'), until: new Date('2049-01-01T00:00:00Z') };

export function openMailAuthority(): MailAuthority {
  const authority = newSubject('Simulated mail authority');
  return {
    caPem: authorityCertificate(authority),
    issue: (name, word, otherNames = []) => {
      const server = newSubject(word === 'hostile-name' ? `${name}${HOSTILE}` : name);
      const certificatePem = serverCertificate(server, issuerOf(word, server, authority), {
        ...validityOf(word),
        names: [...namesOf(word, name), ...otherNames],
      });
      return { certificatePem, privateKeyPem: privateKeyPem(server) };
    },
  };
}

function issuerOf(word: CertificateWord, server: Subject, authority: Subject): Subject {
  if (word === 'self-signed') return server;
  return word === 'unknown-authority' ? newSubject('Nobody') : authority;
}

function validityOf(word: CertificateWord) {
  if (word === 'expired') return PAST;
  return word === 'future' ? FUTURE : WIDE;
}

function namesOf(word: CertificateWord, name: string): readonly string[] {
  switch (word) {
    case 'wrong-name':
      return ['another.fabrikam.example'];
    case 'hostile-name':
      return [name, `x${HOSTILE}.fabrikam.example`, 'a.example, DNS:forged.example'];
    case 'many-names':
      return [name, ...Array.from({ length: 1500 }, (_, number) => `host${number}.fabrikam.example`)];
    case 'good':
    case 'expired':
    case 'future':
    case 'self-signed':
    case 'unknown-authority':
      return [name];
  }
}
