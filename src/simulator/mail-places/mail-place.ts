/** Mail servers of the simulated world, as data. Addresses are reserved for documentation (RFC 5737, 3849). */
import type { SmtpScript } from '../smtp/smtp-script.js';

export interface MailPlace {
  /** Several places may share a name, and several names an address. */
  readonly host: string;
  readonly address: string;
  /** Null: connections are refused. */
  readonly script: SmtpScript | null;
}

export interface MailPlaces {
  readonly places: readonly MailPlace[];
  readonly mailHosts: readonly MailHostRecord[];
  /** One that has to do with nobody. */
  readonly control: string;
}

export interface MailHostRecord {
  readonly domain: string;
  readonly preference: number;
  readonly host: string;
}
