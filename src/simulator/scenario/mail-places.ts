/** Who stands behind the names of the simulated set-ups: our relays, partners, and where Exchange Online takes mail in. */
import type { MailPlace, MailPlaces } from '../mail-places/mail-place.js';
import type { EdgeRefusal } from '../outskirts/edge.js';
import { refusalAt } from '../outskirts/edge.js';
import { type SmtpScript, smtpScript } from '../smtp/smtp-script.js';

interface MailPlacesOptions {
  /** Nobody has looked after certificates and partners for years. */
  readonly isNeglected: boolean;
  /** A partner's first server takes no connection. */
  readonly isPartnerDown: boolean;
  readonly refusals: readonly EdgeRefusal[];
  readonly clock: () => Date;
}

/**
 * What Microsoft's edge turns away it turns away at RCPT here: until then all is as on any other day, so that a probe up to
 * TLS sees nothing of the outage.
 */
export function mailPlaces({ isNeglected, isPartnerDown, ...times }: MailPlacesOptions): MailPlaces {
  return {
    places: [
      ...EXCHANGE_ONLINE.map(({ host, address }) => ({ host, address, script: edgeScript(host, times) })),
      ...OURS,
      place('crypto1.contoso.example', '192.0.2.51', { certificate: isNeglected ? 'expired' : 'good' }),
      place('mx1.woodgrove.example', '198.51.100.77', {}, isPartnerDown),
      ...PARTNERS,
      { host: CONTROL, address: '203.0.113.200', script: smtpScript(named(CONTROL)) },
    ],
    mailHosts: [
      { domain: 'contoso.example', preference: 0, host: 'contoso-example.mail.protection.outlook.com' },
      {
        domain: 'contoso.onmicrosoft.example',
        preference: 0,
        host: 'contoso-onmicrosoft.mail.protection.outlook.com',
      },
      { domain: 'plants.contoso.example', preference: 10, host: 'mail.contoso.example' },
      { domain: 'plants.contoso.example', preference: 20, host: 'mail2.contoso.example' },
      { domain: 'woodgrove.example', preference: 10, host: 'mx1.woodgrove.example' },
      { domain: 'woodgrove.example', preference: 20, host: 'mx2.woodgrove.example' },
      { domain: 'old.contoso.example', preference: 0, host: 'contoso-example.mail.protection.outlook.com' },
    ],
    control: CONTROL,
  };
}

const CONTROL = 'mx.control.example';

const EXCHANGE_ONLINE: readonly Omit<MailPlace, 'script'>[] = [
  { host: 'contoso-example.mail.protection.outlook.com', address: '203.0.113.41' },
  { host: 'contoso-example.mail.protection.outlook.com', address: '203.0.113.42' },
  { host: 'contoso-onmicrosoft.mail.protection.outlook.com', address: '203.0.113.43' },
];

const OURS: readonly MailPlace[] = [
  sound('mail.contoso.example', '192.0.2.25'),
  // The connectors ask for the name of the first one.
  place('mail2.contoso.example', '192.0.2.26', { otherNames: ['mail.contoso.example'] }),
  // Inside our network: nobody is led there by somebody's DNS.
  sound('relay.contoso.example', '10.20.0.25'),
  sound('crypto2.contoso.example', '192.0.2.52'),
];

/** Tailspin has announced a second host and never set it up. */
const PARTNERS: readonly MailPlace[] = [
  sound('mx2.woodgrove.example', '198.51.100.78'),
  sound('mx1.tailspin.example', '198.51.100.22'),
];

function sound(host: string, address: string): MailPlace {
  return place(host, address, {});
}

function place(host: string, address: string, different: Partial<SmtpScript>, isDown = false): MailPlace {
  return { host, address, script: isDown ? null : smtpScript({ ...named(host), ...different }) };
}

function named(name: string): Pick<SmtpScript, 'name' | 'greeting'> {
  return { name, greeting: `220 ${name} ESMTP ready` };
}

function edgeScript(
  name: string,
  { refusals, clock }: Omit<MailPlacesOptions, 'isNeglected' | 'isPartnerDown'>,
): SmtpScript {
  return {
    ...smtpScript({ name, greeting: `220 ${name} Microsoft ESMTP MAIL Service ready` }),
    get rcpt() {
      return refusalAt(refusals, clock()) ?? '250 2.1.5 Recipient OK';
    },
  };
}
