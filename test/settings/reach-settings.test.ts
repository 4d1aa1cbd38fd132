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
