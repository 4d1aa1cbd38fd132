/**
 * Which mail hosts are those of Exchange Online, by the domain that they lie below. Mail hosts of outlook.com, where people
 * have mailboxes of their own, are another service and not among them.
 */
import { normalizeDomain } from '../address/address.js';

export interface MicrosoftHosts {
  readonly below: string;
  readonly what: string;
  readonly reference: string;
}

const ENDPOINTS = 'https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges';

export const MICROSOFT_HOSTS: readonly MicrosoftHosts[] = [
  {
    below: 'mail.protection.outlook.com',
    what: 'where a tenant takes mail in, worldwide',
    reference: ENDPOINTS,
  },
  {
    below: 'mx.microsoft',
    what: 'where a tenant takes mail in whose domain uses DNSSEC',
    reference: 'https://learn.microsoft.com/purview/how-smtp-dane-works',
  },
  {
    below: 'mail.protection.office365.us',
    what: 'where a tenant takes mail in, clouds of the US government',
    reference:
      'https://learn.microsoft.com/microsoft-365/enterprise/microsoft-365-u-s-government-gcc-high-endpoints',
  },
  {
    below: 'mail.protection.partner.outlook.cn',
    what: 'where a tenant takes mail in, China',
    reference: 'https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges-21vianet',
  },
  {
    below: 'smtp.office365.com',
    what: 'where a relay signs in as a mailbox',
    reference:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365',
  },
  {
    below: 'prod.protection.outlook.com',
    what: 'servers of the edge, as they name themselves in replies',
    reference: ENDPOINTS,
  },
  {
    below: 'prod.outlook.com',
    what: 'mailbox servers, as they name themselves in replies',
    reference: ENDPOINTS,
  },
];

export function isMicrosoftHost(host: string): boolean {
  const name = normalizeDomain(host);
  return MICROSOFT_HOSTS.some(({ below }) => name === below || name.endsWith(`.${below}`));
}

/** Whether a text names such a host; replies do so in their last words. */
export function namesMicrosoftHost(text: string): boolean {
  const lower = text.toLowerCase();
  // Few texts do, and this is asked of each.
  if (!lower.includes('.outlook.c') && !lower.includes('office365.') && !lower.includes('mx.microsoft'))
    return false;
  return (lower.match(/[a-z0-9.-]+/gu) ?? []).some(isMicrosoftHost);
}
