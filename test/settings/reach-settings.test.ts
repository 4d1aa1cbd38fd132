import { expect, test } from 'vitest';

import type { CloudName } from '#settings/clouds.js';
import { type ReachSettings, resolveReachSettings } from '#settings/reach-settings.js';
import type { Environment } from '#settings/service-settings.js';

test.each<[string, CloudName, Environment, Partial<ReachSettings>]>([
  [
    'nothing named: the public page, a host far from Microsoft, and the mail hosts of our domains',
    'worldwide',
    {},
    {
      ...{ statusUrl: 'https://status.cloud.microsoft', controlUrl: 'https://www.gstatic.com' },
      mailHost: null,
    },
  ],
  ['the page tells of one cloud only', 'gcc-high', {}, { statusUrl: null }],
  ['the same for the others', 'china', {}, { statusUrl: null }],
  [
    'a page that was named is asked in any cloud',
    'dod',
    { MAILCHECK_STATUS_URL: 'http://127.0.0.1:1' },
    { statusUrl: 'http://127.0.0.1:1' },
  ],
  [
    'another control host',
    'worldwide',
    { MAILCHECK_CONTROL_URL: 'https://intranet.contoso.example' },
    { controlUrl: 'https://intranet.contoso.example' },
  ],
  [
    'a mail host',
    'worldwide',
    { MAILCHECK_MAIL_HOST: ' mx.contoso.example:25 ' },
    { mailHost: { host: 'mx.contoso.example', port: 25 } },
  ],
  [
    'an address of six',
    'worldwide',
    { MAILCHECK_MAIL_HOST: '[::1]:2525' },
    { mailHost: { host: '::1', port: 2525 } },
  ],
  [
    'nothing named: the resolvers of this machine, no detour, and a mail host that is far from everybody',
    'worldwide',
    {},
    { dnsServers: [], detours: [], controlMailHost: { host: 'gmail-smtp-in.l.google.com', port: 25 } },
  ],
  [
    'where a probe is led elsewhere',
    'worldwide',
    {
      ...{
        MAILCHECK_DNS_SERVER: ' 127.0.0.1:5353  192.0.2.53 ',
        MAILCHECK_CONTROL_MAIL_HOST: 'mx.example:25',
      },
      MAILCHECK_MAIL_DETOUR: '192.0.2.25:25=127.0.0.1:2525 [2001:db8::25]:25=[::1]:2526',
    },
    {
      ...{ dnsServers: ['127.0.0.1:5353', '192.0.2.53'], controlMailHost: { host: 'mx.example', port: 25 } },
      detours: [
        { from: { host: '192.0.2.25', port: 25 }, to: { host: '127.0.0.1', port: 2525 } },
        { from: { host: '2001:db8::25', port: 25 }, to: { host: '::1', port: 2526 } },
      ],
    },
  ],
  [
    'an empty variable is absent',
    'worldwide',
    { MAILCHECK_MAIL_HOST: '', MAILCHECK_STATUS_URL: ' ', MAILCHECK_CONTROL_URL: '' },
    { mailHost: null, statusUrl: 'https://status.cloud.microsoft', controlUrl: 'https://www.gstatic.com' },
  ],
])('%s', (_why, cloud, environment, expected) => {
  expect(resolveReachSettings({ cloud }, environment)).toMatchObject(expected);
});

test.each([
  ['mx.contoso.example', 'no port'],
  ['mx.contoso.example:', 'an empty port'],
  ['mx.contoso.example:0', 'port 0'],
  ['mx.contoso.example:65536', 'a port beyond all'],
  ['::1:25', 'an address of six without brackets'],
  ['http://127.0.0.1:25', 'a URL'],
  ['ann@mx.contoso.example:25', 'a user'],
  ['mx contoso:25', 'a blank'],
])('%j is no mail host: %s', (given) => {
  expect(() => resolveReachSettings({ cloud: 'worldwide' }, { MAILCHECK_MAIL_HOST: given })).toThrow(
    expect.objectContaining({
      kind: 'configuration',
      remedy: expect.stringContaining('127.0.0.1:2525') as string,
    }) as Error,
  );
});

test.each([
  ['192.0.2.25:25=192.0.2.99:25', 'another machine would answer in the name of the host'],
  ['192.0.2.25:25=localhost:25', 'a name may lead anywhere'],
  ['192.0.2.25:25', 'nowhere'],
  ['192.0.2.25:25=127.0.0.1:25=127.0.0.1:26', 'twice'],
])('MAILCHECK_MAIL_DETOUR cannot be %s: %s', (value) => {
  expect(() => resolveReachSettings({ cloud: 'worldwide' }, { MAILCHECK_MAIL_DETOUR: value })).toThrow(
    /MAILCHECK_MAIL_DETOUR/,
  );
});
