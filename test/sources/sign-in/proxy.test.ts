import { describe, expect, test } from 'vitest';

import { proxyFor } from '#sources/sign-in/proxy.js';

const GRAPH = 'https://graph.microsoft.com';
const PROXY = 'http://proxy.contoso.example:8080';

describe('the proxy of the environment', () => {
  test.each<[Readonly<Record<string, string>>, string | null, string]>([
    [{}, null, 'none is named'],
    [{ HTTPS_PROXY: '' }, null, 'an empty variable'],
    [{ HTTPS_PROXY: ' ' }, null, 'a blank one'],
    [{ HTTP_PROXY: PROXY }, null, 'for plain http, which is never asked'],
    [{ HTTPS_PROXY: PROXY }, 'proxy.contoso.example:8080', 'the usual one'],
    [{ https_proxy: PROXY }, 'proxy.contoso.example:8080', 'in small letters'],
    [{ https_proxy: PROXY, HTTPS_PROXY: 'http://x:1' }, 'proxy.contoso.example:8080', 'small letters first'],
    [{ ALL_PROXY: PROXY }, 'proxy.contoso.example:8080', 'for everything'],
    [{ HTTPS_PROXY: 'proxy.contoso.example:3128' }, 'proxy.contoso.example:3128', 'without scheme'],
    [{ HTTPS_PROXY: 'http://proxy.contoso.example' }, 'proxy.contoso.example:80', 'without port'],
    [{ HTTPS_PROXY: 'http://[2001:db8::1]:3128/' }, '2001:db8::1:3128', 'an address of IPv6'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: '*' }, null, 'nothing needs it'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'graph.microsoft.com' }, null, 'this host does not'],
    [{ HTTPS_PROXY: PROXY, no_proxy: 'x.example, .microsoft.com' }, null, 'nor anything below the domain'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: '*.Microsoft.com' }, null, 'with a star, in any case'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'microsoft.com:443' }, null, 'with its port'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'microsoft.com:8443' }, 'proxy.contoso.example:8080', 'another port'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'soft.com' }, 'proxy.contoso.example:8080', 'the end of a name'],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: ', ,' }, 'proxy.contoso.example:8080', 'an empty list'],
  ])('%j leads by %s: %s', (env, expected) => {
    const proxy = proxyFor(GRAPH, env);
    expect(proxy === null ? null : `${proxy.host}:${proxy.port}`).toBe(expected);
  });

  test.each(['https://127.0.0.1:8443', 'https://localhost', 'https://[::1]:8443'])(
    'this machine is never asked by one: %s',
    (origin) => {
      expect(proxyFor(origin, { HTTPS_PROXY: PROXY })).toBeNull();
    },
  );

  test.each([
    ['http://ann:p%40ss@proxy.contoso.example', 'ann:p@ss'],
    ['http://ann@proxy.contoso.example', 'ann:'],
    ['http://ann:50%25off%@proxy.contoso.example', 'ann:50%off%'],
    ['http://CONTOSO%5Cann:%C3%BC%2F%3A%23@proxy.contoso.example', String.raw`CONTOSO\ann:ü/:#`],
    ['http://ann:%ff%20x@proxy.contoso.example', 'ann:%ff%20x'],
    ['http://proxy.contoso.example', null],
  ])('%s: its user and password are for it alone', (given, credentials) => {
    const authorization = proxyFor(GRAPH, { HTTPS_PROXY: given })?.authorization ?? null;
    const told = authorization?.replace('Basic ', '') ?? null;
    expect(told === null ? null : Buffer.from(told, 'base64').toString()).toBe(credentials);
  });

  test.each(['socks5://proxy.contoso.example:1080', 'https://proxy.contoso.example', 'http://', 'a b'])(
    '%s is refused, and not shown: it may hold a password',
    (given) => {
      const named = given.replace('proxy.', 'ann:canary@proxy.');
      try {
        proxyFor(GRAPH, { HTTPS_PROXY: named });
        expect.unreachable();
      } catch (failure) {
        expect(failure).toMatchObject({
          kind: 'configuration',
          remedy: expect.stringContaining('HTTPS_PROXY') as string,
        });
        expect(String(failure)).not.toContain('canary');
      }
    },
  );
});
