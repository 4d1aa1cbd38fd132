/** Names that do not resolve. */
import type { BookRule } from './rule.js';

const FLOW = 'https://learn.microsoft.com/defender-office-365/mail-flow-intelligence-in-office-365';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const ENHANCED = 'RFC 3463, 3.5';

export const DNS_RULES: readonly BookRule[] = [
  {
    id: 'expired-dns-query-failed',
    match: [{ enhanced: ['x.4.312'] }],
    reason: 'dns-failure',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The destination's name could not be resolved. Its domain's owner checks registration, zone and MX; the Exchange admin the smart host name under Mail flow > Connectors.",
    reference: FLOW,
    samples: [
      '450 4.4.312 DNS query failed',
      '550 5.4.312 Message expired, DNS query failed',
      '550 5.4.312 DNS domain fabrikam.example does not exist',
    ],
    expires: true,
  },
  {
    id: 'nonexistent-domain',
    match: [{ phrases: ['smtpsend dns nonexistentdomain', 'nonexistent domain', 'non existent domain'] }],
    reason: 'recipient-domain-invalid',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The domain did not resolve for the sending server. The sender corrects the address; if it is right, the Exchange admin checks that server's DNS resolvers and the domain's zone.",
    reference: NDR,
    samples: ['554 5.4.4 SMTPSEND.DNS.NonExistentDomain; nonexistent domain'],
    finality: 'permanent',
  },
  {
    id: 'domain-does-not-exist',
    match: [
      {
        phrases: ['dns domain + does not exist'],
      },
    ],
    reason: 'recipient-domain-invalid',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The recipient's domain does not exist in DNS. The sender corrects the address; if it is right, the domain's owner checks registration and zone, and you check the resolver of your own server.",
    reference: NDR,
    samples: ["550 5.4.310 DNS domain 'fabrikam.example' does not exist"],
    finality: 'permanent',
  },
  {
    id: 'no-route',
    match: [
      { phrases: ['invalid arguments'], enhanced: ['5.4.4'] },
      {
        phrases: [
          'could not find a gateway',
          'no gateway for',
          'no route to domain',
          'no route found',
          'cannot route mail to user',
          'unable to route',
          'lowest numbered mx record points to local host',
        ],
      },
    ],
    reason: 'routing-error',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "There is no route to the next hop. The Exchange admin checks the address spaces and smart hosts of the connectors (Get-SendConnector, Mail flow > Connectors), the domain's owner its MX.",
    reference: NDR,
    samples: ['554 5.4.4 SMTPSEND.DNS.InvalidData; invalid arguments'],
    finality: 'permanent',
  },
  {
    id: 'null-mx',
    match: [
      {
        phrases: [
          'null mx',
          'nullmx',
          'does not accept mail',
          'domain does not accept email',
          'accepts no mail',
          'does not accept email',
        ],
      },
    ],
    reason: 'recipient-domain-invalid',
    party: 'recipient',
    retry: 'never',
    remedy:
      "The recipient's domain says in DNS that it takes no mail. The sender needs an address at another domain.",
    reference: 'RFC 7505',
    samples: ['556 5.1.10 Recipient address has null MX'],
    finality: 'permanent',
  },
  {
    id: 'domain-not-found',
    match: [
      {
        phrases: [
          'host or domain name not found',
          'domain name not found',
          'domain not found + recipient',
          'host not found',
          'host unknown',
          'unknown host',
          'unrouteable address',
          'unroutable address',
          'unrouteable mail domain',
          'no such domain',
          'mail domain + is unknown',
          'dns records + could not be found',
          'invalid domain name',
          'appear to be registered',
          'nodename nor servname provided',
          'name or service not known',
          'unknown domain',
          'invalid domain',
          'bad domain',
          'nxdomain',
          'domain does not exist',
          'domain doesnt exist',
          'domain is not reachable',
          'no mx record*',
          'illegal host domain name',
          'no such host',
          'domain owner has changed',
          'couldnt find any host',
          'cannot find any host',
          'no domain',
          'no mx',
          'domain is not valid',
          'no valid mx',
          'all relevant mx records point to non existent hosts',
          'mail host for domain + not found',
        ],
      },
    ],
    reason: 'recipient-domain-invalid',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The recipient's domain cannot be found. The sender checks the part after the @; if it is right, the domain's owner checks registration, zone and MX.",
    reference: 'RFC 3463, 3.2',
    samples: [
      '550 5.1.2 <kay@fabrikam.example>: Host or domain name not found. Name service error for name=fabrikam.example type=MX: Host not found',
    ],
    finality: 'permanent',
  },
  {
    id: 'dns-query-failed',
    match: [
      {
        phrases: [
          'dns query failed',
          'dns error',
          'dns failure',
          'dns lookup',
          'unable to resolve',
          'dns timeout',
          'name service error',
          'name server',
          'nameserver',
          'mx lookup failed',
          'servfail',
          'dns server',
          'name lookup failed',
          'lookup failed',
          'had no relevant answers',
          'couldnt find any host by that name + temporary*',
          'cname lookup failed*',
          'temporary domain failure',
        ],
      },
    ],
    reason: 'dns-failure',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "A name look-up failed. The domain's owner checks its zone and name servers; the sending admin the resolver that the server uses (Resolve-DnsName -Type MX from there).",
    reference: ENHANCED,
    samples: ['451 4.4.0 DNS query failed. The error was: SMTPSEND.DNS.InfoNoRecords'],
    finality: 'transient',
  },
];
