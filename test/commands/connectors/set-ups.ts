/** Set-ups for the screen: one in good order, one with something of everything, one of which a part was not to be seen. */
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { EMPTY_INVENTORY, sample, sampleRule, sampleServer } from '#mailflow/connector/lint/sample.js';

const TRANSPORT = {
  ...{ messageExpirationSeconds: 86_400, journalExpirationDays: 0 },
  ...{ externalDelayNotices: true, internalDelayNotices: true, legacyTlsClients: false },
};

export const IN_ORDER: ConnectorInventory = sample({
  inbound: [{ name: 'Inbound from our servers', guid: '7a1e0000-0000-4000-8000-000000000001' }],
  outbound: [
    { name: 'Outbound to our servers', recipientDomains: ['plants.contoso.example'] },
    {
      ...{ name: 'Outbound to Woodgrove', type: 'Partner', usesMx: true, smartHosts: [] },
      ...{ recipientDomains: ['woodgrove.example'], tlsSettings: 'CertificateValidation', tlsDomain: null },
    },
  ],
  domains: [
    { name: 'contoso.example', isDefault: true },
    { name: 'plants.contoso.example', type: 'InternalRelay' },
  ],
  transport: TRANSPORT,
}).inventory;

export const NEGLECTED: ConnectorInventory = sample({
  inbound: [
    { name: 'Inbound from our servers' },
    {
      ...{ name: 'Inbound from Fabrikam', type: 'Partner', senderDomains: ['smtp:fabrikam.example;1'] },
      ...{ senderCertificate: null, requireTls: false },
    },
  ],
  outbound: [
    { name: 'Outbound to our servers', recipientDomains: ['plants.contoso.example'], enabled: false },
    {
      ...{ name: 'Outbound to Woodgrove', type: 'Partner', recipientDomains: ['woodgrove.example'] },
      ...{ smartHosts: ['[198.51.100.77]'], tlsSettings: null, tlsDomain: null, validated: false },
      ...{ lastValidatedAt: null, validationRecipients: ['ann@woodgrove.example'] },
    },
    { name: 'Encrypted mail', ruleScoped: true, testMode: true, recipientDomains: [] },
  ],
  domains: [
    { name: 'contoso.example', isDefault: true },
    { name: 'plants.contoso.example', type: 'InternalRelay' },
    { name: 'old.contoso.example', sendingFromStopped: true },
  ],
  transport: { ...TRANSPORT, messageExpirationSeconds: 64_800 },
  rules: [
    sampleRule({ name: 'Encrypt what is marked', routesTo: 'Encrypted mail' }),
    sampleRule({ name: 'Scan attachments', priority: 2, errorAction: 'Defer' }),
  ],
  servers: [sampleServer({ slowedFrom: new Date('2026-05-20T00:00:00Z') })],
}).inventory;

const REMEDY =
  "Assign the app's service principal the Entra role Global Reader, or an Exchange role group with View-Only Configuration.";

export const IN_PART: ConnectorInventory = {
  ...IN_ORDER,
  rules: [],
  transport: null,
  sight: { ...IN_ORDER.sight, rules: 'not-seen', transport: 'not-seen' },
  gaps: [
    {
      what: 'Mail flow rules: outlook.office365.com lets the app in, and no role of it allows Get-TransportRule (status 403).',
      reason: 'refused',
      remedy: REMEDY,
      retryAfterSeconds: null,
    },
    {
      what: 'Transport settings: outlook.office365.com is in trouble, also after several tries (status 503).',
      reason: 'unreachable',
      remedy: 'Try again in some minutes.',
      retryAfterSeconds: null,
    },
  ],
};

/** What is left when only the transport settings may be read. */
export const BLIND: ConnectorInventory = {
  ...EMPTY_INVENTORY,
  transport: TRANSPORT,
  sight: {
    ...{ inbound: 'not-seen', outbound: 'not-seen', domains: 'not-seen' },
    ...{ transport: 'whole', rules: 'not-seen', servers: 'not-seen' },
  },
  gaps: [{ what: 'Inbound connectors', reason: 'refused', remedy: REMEDY, retryAfterSeconds: null }],
};
