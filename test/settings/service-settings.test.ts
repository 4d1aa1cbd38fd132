import { expect, test } from 'vitest';

import type { Environment, ServiceFlags, ServiceSettings } from '#settings/service-settings.js';
import { labelledDrill, resolveFallBack, resolveServiceSettings } from '#settings/service-settings.js';

const FLAGS: ServiceFlags = {
  ...{ tenant: null, via: 'graph', mayFallBack: true, cloud: 'worldwide' },
  ...{ graphUrl: null, exchangeUrl: null, caFile: null },
};
const EXCHANGE = { via: 'exchange' } as const;

test.each<[string, Partial<ServiceFlags>, Environment, Partial<ServiceSettings>]>([
  [
    'nothing named: the worldwide Graph, and signing in',
    {},
    {},
    {
      url: 'https://graph.microsoft.com',
      readyToken: null,
      tenant: null,
      isDrill: false,
      authorityHost: 'https://login.microsoftonline.com',
    },
  ],
  [
    'the host of the service and cloud',
    { ...EXCHANGE, cloud: 'dod' },
    {},
    { url: 'https://webmail.apps.mil', authorityHost: 'https://login.microsoftonline.us' },
  ],
  [
    'a variable is stronger than the cloud',
    { ...EXCHANGE, cloud: 'china' },
    { MAILCHECK_EXCHANGE_URL: 'http://127.0.0.1:1' },
    { url: 'http://127.0.0.1:1' },
  ],
  [
    'a flag is stronger than a variable',
    { ...EXCHANGE, exchangeUrl: 'http://127.0.0.1:2' },
    { MAILCHECK_EXCHANGE_URL: 'http://127.0.0.1:1' },
    { url: 'http://127.0.0.1:2' },
  ],
  [
    "the address of the other service is nobody's",
    EXCHANGE,
    { MAILCHECK_GRAPH_URL: 'http://127.0.0.1:1' },
    { url: 'https://outlook.office365.com' },
  ],
  [
    'a token goes to its own service',
    EXCHANGE,
    { MAILCHECK_GRAPH_TOKEN: 'g', MAILCHECK_EXCHANGE_TOKEN: 'e' },
    { readyToken: 'e', tokenVariable: 'MAILCHECK_EXCHANGE_TOKEN' },
  ],
  ['and never to the other', EXCHANGE, { MAILCHECK_GRAPH_TOKEN: 'g' }, { readyToken: null }],
  [
    'the same the other way round',
    {},
    { MAILCHECK_EXCHANGE_TOKEN: 'e' },
    { readyToken: null, tokenVariable: 'MAILCHECK_GRAPH_TOKEN' },
  ],
  [
    'an empty variable is absent',
    EXCHANGE,
    { MAILCHECK_EXCHANGE_TOKEN: ' ', MAILCHECK_EXCHANGE_URL: '' },
    { readyToken: null, url: 'https://outlook.office365.com' },
  ],
  [
    'the tenant of the flag reaches signing in',
    { tenant: 'contoso.example' },
    { AZURE_TENANT_ID: 'x' },
    { tenant: 'contoso.example', signInEnvironment: { AZURE_TENANT_ID: 'contoso.example' } },
  ],
  ['a drill in another shell', {}, { MAILCHECK_SOURCE_LABEL: 'drill:calm' }, { isDrill: true }],
])('%s', (_why, flags, environment, expected) => {
  expect(resolveServiceSettings({ ...FLAGS, ...flags }, environment)).toMatchObject(expected);
});

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ['', null],
  ['real', null],
  ['drill', 'in another shell'],
  ['drill:june-2026', 'june-2026'],
])('the label %j names the scenario %j', (label, scenario) => {
  expect(labelledDrill({ MAILCHECK_SOURCE_LABEL: label })).toBe(scenario);
});

const GRAPH_URL = { MAILCHECK_GRAPH_URL: 'http://127.0.0.1:1' };
const EXCHANGE_URL = { MAILCHECK_EXCHANGE_URL: 'http://127.0.0.1:2' };

test.each<[string, Partial<ServiceFlags>, Environment, string | null]>([
  ['as the cloud has it', {}, {}, 'https://outlook.office365.com'],
  ['where both addresses are named', {}, { ...GRAPH_URL, ...EXCHANGE_URL }, 'http://127.0.0.1:2'],
  ['by flag or by variable', { graphUrl: 'http://127.0.0.1:3' }, EXCHANGE_URL, 'http://127.0.0.1:2'],
  ['not where Graph alone was named: the real Exchange is another tenant', {}, GRAPH_URL, null],
  ['an empty variable names nothing', {}, { ...GRAPH_URL, MAILCHECK_EXCHANGE_URL: ' ' }, null],
  ['not where Exchange alone was named', {}, EXCHANGE_URL, null],
  ['not by strict choice', { mayFallBack: false }, {}, null],
  ['not as somebody else than the ready token says', {}, { MAILCHECK_GRAPH_TOKEN: 'g' }, null],
  [
    'with a ready token for each',
    {},
    { MAILCHECK_GRAPH_TOKEN: 'g', MAILCHECK_EXCHANGE_TOKEN: 'e' },
    'https://outlook.office365.com',
  ],
  [
    'with a ready token for Exchange, where Graph signs in',
    {},
    { MAILCHECK_EXCHANGE_TOKEN: 'e' },
    'https://outlook.office365.com',
  ],
])('Exchange in the place of Graph: %s', (_why, flags, environment, url) => {
  const second = resolveFallBack({ ...FLAGS, ...flags }, environment);
  expect(second && [second.via, second.url]).toEqual(url === null ? null : ['exchange', url]);
});
