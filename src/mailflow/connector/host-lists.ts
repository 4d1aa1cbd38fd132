/** Hosts of mail services that mean something to routing, by the domain that they lie below. */
import { isAtOrBelow } from './smart-host.js';

export interface RetiredService {
  readonly below: string;
  readonly whatItWas: string;
  /** Its names lead to Exchange Online, as long as they lead anywhere. */
  readonly isMicrosoft: boolean;
  readonly reference: string;
}

const WRONG_REGION =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/wrong-office-365-region-exo';

/** Names of services that are switched off, or that no longer take mail for a tenant. */
export const RETIRED_SERVICES: readonly RetiredService[] = [
  {
    below: 'mail.messaging.microsoft.com',
    whatItWas: "Microsoft's Forefront, before Exchange Online Protection",
    isMicrosoft: true,
    reference: WRONG_REGION,
  },
  {
    below: 'global.frontbridge.com',
    whatItWas: "Microsoft's FrontBridge, before Exchange Online Protection",
    isMicrosoft: true,
    reference: WRONG_REGION,
  },
  {
    below: 'mail.eo.outlook.com',
    whatItWas: "Microsoft's first names for Exchange Online Protection, of no tenant",
    isMicrosoft: true,
    reference: WRONG_REGION,
  },
  {
    below: 'bigfish.com',
    whatItWas: "hosts of Microsoft's Forefront, before Exchange Online Protection",
    isMicrosoft: true,
    reference: WRONG_REGION,
  },
  {
    below: 'psmtp.com',
    whatItWas: "Google's Postini, ended in 2015",
    isMicrosoft: false,
    reference: 'https://support.google.com/a/answer/2956491',
  },
  {
    below: 'mxlogic.net',
    whatItWas: "McAfee's mail filter, ended in 2017",
    isMicrosoft: false,
    reference: 'observed in public announcements of 2015',
  },
];

export function retiredServiceOf(host: string): RetiredService | null {
  return RETIRED_SERVICES.find(({ below }) => isAtOrBelow(host, below)) ?? null;
}

/** Where Exchange Online takes mail in: worldwide, with DNSSEC, and in the other clouds. */
const MICROSOFT_INBOUND: readonly string[] = [
  'mail.protection.outlook.com',
  'mx.microsoft',
  'mail.protection.office365.us',
  'mail.protection.partner.outlook.cn',
];

/** Whether a mail host belongs to Exchange Online. */
export function isMicrosoftInbound(host: string): boolean {
  return (
    MICROSOFT_INBOUND.some((below) => isAtOrBelow(host, below)) ||
    retiredServiceOf(host)?.isMicrosoft === true
  );
}
