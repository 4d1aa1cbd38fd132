/**
 * The port through which names are asked: where a host is, where mail for a domain goes, and what its owner demands of TLS.
 * Five answers that must never be taken for one another, since each means something else for mail.
 */
import type { MtaStsAnswer } from './mta-sts-policy.js';
import type { TlsaRecord } from './tlsa-record.js';

export interface MailDns {
  /** A and AAAA. Resolved once and checked: what is handed out is what must be connected to. */
  readonly addresses: (host: string, signal: AbortSignal) => Promise<DnsAnswer<HostAddress>>;
  /** MX, the preferred first. */
  readonly mailHosts: (domain: string, signal: AbortSignal) => Promise<MailHostsAnswer>;
  /** `_25._tcp.HOST` and the like; what is not authenticated obliges nobody (RFC 7672, section 2.2). */
  readonly tlsa: (host: string, port: number, signal: AbortSignal) => Promise<DnsAnswer<TlsaRecord>>;
  /** Record and policy of RFC 8461. */
  readonly mtaSts: (domain: string, signal: AbortSignal) => Promise<MtaStsAnswer>;
}

/** None of the questions rejects: a signal that has aborted gives `unanswered` with `stopped`. */
export type DnsAnswer<Row> = Found<Row> | Absent | Unanswered | Barred;

export type MailHostsAnswer = DnsAnswer<MailHost> | TakesNoMail;

export interface Found<Row> {
  readonly kind: 'found';
  /** Never empty. */
  readonly records: readonly Row[];
  /** Of the record that goes first; null where it is not known. */
  readonly ttlSeconds: number | null;
  /** Proven by DNSSEC, as a resolver says that is trusted to say so. False also where nobody could say. */
  readonly isAuthenticated: boolean;
  /** The names that the asked one stands for, in turn; empty where it stands for itself. */
  readonly aliases: readonly string[];
  /** What was in the answer and is not handed out. */
  readonly leftOut: readonly LeftOut[];
  readonly dissent: readonly Dissent[];
}

/**
 * `no-such-name`: nothing at all has this name. `no-such-record`: the name is there, without a record of this kind. All who
 * could be asked say so: where one of several resolvers did not answer, it is `unanswered`.
 */
export interface Absent {
  readonly kind: 'no-such-name' | 'no-such-record';
  readonly isAuthenticated: boolean;
  /** How many resolvers say it; one alone may be behind or be wrong. */
  readonly witnesses: number;
  readonly dissent: readonly Dissent[];
}

/** Cannot tell: neither there nor absent. A sender in this place keeps the message and asks again. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly reason: UnansweredReason;
  /** Which resolver said or did what, for evidence. Remote text in part. */
  readonly text: string;
}

export type UnansweredReason =
  | 'timeout'
  /** SERVFAIL: also what a validating resolver says of a name whose signatures do not hold. */
  | 'server-failed'
  /** There is an answer, and its signatures do not hold: senders that check them put mail off. */
  | 'dnssec-failed'
  /** REFUSED, NOTIMP and other words for no. */
  | 'server-refused'
  /** This machine knows none, or none can be reached. */
  | 'no-name-server'
  /** Not to be understood, or of another question. */
  | 'odd-answer'
  /** Whoever asked has no more time. */
  | 'stopped';

/** There is an answer, and it must not be followed. */
export interface Barred {
  readonly kind: 'refused';
  readonly reason: BarredReason;
  /** What was seen, as `192.168.4.1 (private use)`. */
  readonly text: string;
}

export type BarredReason =
  /** All addresses lie where nobody outside may be sent; allowed by `allowPrivate`. */
  | 'barred-address'
  /** Names that stand for one another in a circle. */
  | 'alias-loop'
  /** More aliases in turn than anybody follows. */
  | 'too-many-aliases'
  /** What was asked for is no name, and was not asked. */
  | 'no-host-name';

/** RFC 7505: one MX record with the root for a host. */
export interface TakesNoMail {
  readonly kind: 'takes-no-mail';
  readonly isAuthenticated: boolean;
}

export interface HostAddress {
  /** As Node writes it; never with a zone. */
  readonly address: string;
  readonly family: 4 | 6;
}

export interface MailHost {
  /** Lower case, without the final dot. */
  readonly host: string;
  /** The lower one goes first. */
  readonly preference: number;
}

export interface LeftOut {
  /** An address or a name, cut; how many there were; or which kind of record nobody answered for. Remote text. */
  readonly text: string;
  readonly why: 'barred-address' | 'no-host-name' | 'too-many' | 'unanswered';
  /** The kind of range, as `private use`; null for other reasons. */
  readonly range: string | null;
}

/** A resolver that says something else than the answer. */
export interface Dissent {
  /** Its address. */
  readonly resolver: string;
  readonly said: 'other-records' | 'no-such-name' | 'no-such-record' | UnansweredReason;
  /** Of its records, as text; empty where it has none. */
  readonly records: readonly string[];
}
