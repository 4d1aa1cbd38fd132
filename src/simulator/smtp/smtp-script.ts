/** How a mail server behaves, as data: what it says at each point, and what it does instead of saying it. */
import type { CertificateWord } from './mail-certificate.js';

export type Say =
  /** The lines of a reply, LF between them. */
  | string
  /** These bytes and no line end. */
  | { readonly bytes: Buffer }
  /** One byte, then a pause, then the next. */
  | { readonly drip: string; readonly everyMs: number }
  /** Again and again, as fast as it is taken. */
  | { readonly endless: string }
  /** Nothing, and the connection stays. */
  | { readonly silent: true }
  /** The connection ends: in order, or with a reset. */
  | { readonly drop: 'end' | 'reset' }
  /** The reply, and then the end of the connection. */
  | { readonly last: string };

export type TlsScript =
  | 'offered'
  /** Not in the EHLO reply. */
  | 'absent'
  /** Overwritten on the way, as some firewalls do. */
  | 'masked'
  /** Plain bytes in the same packet as the 220. */
  | 'injected'
  /** One plain byte in a packet of its own, between the 220 and the handshake. */
  | 'injected-apart'
  /** One plain byte among the server's first words of the handshake. */
  | 'injected-within'
  /** Plain bytes in place of the server's part of the handshake. */
  | 'injected-later'
  /** 220, and then no TLS at all. */
  | 'broken'
  /** TLS from the first byte. */
  | 'implicit';

export interface SmtpScript {
  readonly name: string;
  readonly greeting: Say;
  /** What EHLO says besides the server's name and STARTTLS. */
  readonly keywords: readonly string[];
  /** In place of the usual reply to EHLO; null for that. */
  readonly ehlo: Say | null;
  readonly secondEhlo: Say | null;
  readonly tls: TlsScript;
  readonly certificate: CertificateWord;
  /** What its certificate bears besides its own name. */
  readonly otherNames: readonly string[];
  /** The newest version of TLS that it speaks. */
  readonly newestTls: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** In place of 220 to STARTTLS; null for that. */
  readonly starttls: Say | null;
  readonly mail: Say;
  readonly rcpt: Say;
  /** What RCPT for one address hears in place of that. */
  readonly rcptByAddress: Readonly<Record<string, Say>>;
  readonly quit: Say;
}

const SOUND: SmtpScript = {
  name: 'mail.fabrikam.example',
  greeting: '220 mail.fabrikam.example ESMTP ready',
  keywords: ['SIZE 37748736', 'PIPELINING', 'ENHANCEDSTATUSCODES', '8BITMIME'],
  ehlo: null,
  secondEhlo: null,
  tls: 'offered',
  certificate: 'good',
  otherNames: [],
  newestTls: 'TLSv1.3',
  starttls: null,
  mail: '250 2.1.0 Sender OK',
  rcpt: '250 2.1.5 Recipient OK',
  rcptByAddress: {},
  quit: '221 2.0.0 Goodbye',
};

/** A sound server, and what is different about this one. */
export function smtpScript(different: Partial<SmtpScript> = {}): SmtpScript {
  return { ...SOUND, ...different };
}
