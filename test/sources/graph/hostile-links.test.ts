import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ownPath, parseGraphUrl } from '#sources/graph/graph-origin.js';

import { type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { collect, LIST, openAt, page, row } from './opened.js';

/** `OWN` is our own host and port, `FOE` and `FOE2` those of two recorders. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['http://FOE' + LIST, 'another host'],
  ['http://FOE2' + LIST, 'another host again'],
  ['https://FOE' + LIST, 'another host, encrypted'],
  ['https://OWN' + LIST, 'another scheme'],
  ['HTTPS://OWN' + LIST, 'another scheme in capitals'],
  ['//FOE' + LIST, 'no scheme'],
  [LIST, 'relative'],
  ['messageTraces?$skiptoken=1', 'relative without slash'],
  ['http:FOE' + LIST, 'no slashes'],
  ['http:/FOE' + LIST, 'one slash'],
  ['http:///FOE' + LIST, 'three slashes'],
  ['http:\\\\FOE' + LIST, 'backslashes'],
  ['http:/\\FOE' + LIST, 'mixed slashes'],
  ['http://OWN\\@FOE' + LIST, 'backslash before the at sign'],
  ['http://OWN@FOE' + LIST, 'own host as user'],
  ['http://OWN:x@FOE' + LIST, 'own host as user with password'],
  ['http://user@OWN' + LIST, 'user info at our own host'],
  ['http://user:pw@OWN' + LIST, 'user and password at our own host'],
  ['http://@OWN' + LIST, 'empty user info'],
  ['http://:@OWN' + LIST, 'empty user and password'],
  ['http://FOE#@OWN' + LIST, 'fragment before the own host'],
  ['http://FOE?@OWN' + LIST, 'query before the own host'],
  ['http://FOE/@OWN' + LIST, 'path before the own host'],
  ['http://FOE/OWN' + LIST, 'own host as path'],
  ['http://FOE;OWN' + LIST, 'semicolon'],
  ['http://OWN.fabrikam.example' + LIST, 'own host as prefix'],
  ['http://OWN,FOE' + LIST, 'comma'],
  ['http://OWN FOE' + LIST, 'blank'],
  ['http://OWN%40FOE' + LIST, 'encoded at sign'],
  ['http://OWN%2f@FOE' + LIST, 'encoded slash'],
  ['http://OWN%00' + LIST, 'encoded NUL'],
  ['http://OWN\u0000' + LIST, 'NUL'],
  ['ht\ttp://OWN' + LIST, 'tab in the scheme'],
  ['http://OW\tN' + LIST, 'tab in the host'],
  ['http://OWN\n' + LIST, 'newline after the host'],
  ['http://OWN' + LIST + '\r\nX-Injected: 1', 'a header behind the link'],
  ['http://OWN' + LIST + ' HTTP/1.1', 'a request line'],
  [' http://OWN' + LIST, 'a blank before'],
  ['\u0001http://OWN' + LIST, 'a control before'],
  ['http://OWN' + LIST + '#x', 'a fragment'],
  ['http://localhost:PORT' + LIST, 'another name of the same host'],
  ['http://127.1:PORT' + LIST, 'short form of our own address'],
  ['http://127.1:FOEPORT' + LIST, 'short form of the address'],
  ['http://2130706433:FOEPORT' + LIST, 'the address as one number'],
  ['http://0x7f000001:FOEPORT' + LIST, 'the address as hexadecimal'],
  ['http://0177.0.0.1:FOEPORT' + LIST, 'the address as octal'],
  ['http://[::1]:FOEPORT' + LIST, 'IPv6 loopback'],
  ['http://[::ffff:127.0.0.1]:FOEPORT' + LIST, 'IPv4 in IPv6'],
  ['http://0.0.0.0:FOEPORT' + LIST, 'any address'],
  ['http://127.0.0.1.:PORT' + LIST, 'trailing dot'],
  ['http://１２７.0.0.1:FOEPORT' + LIST, 'full-width digits'],
  ['http://127。0。0。1:FOEPORT' + LIST, 'ideographic dots'],
  ['http://graph.microsoft.com' + LIST, 'the real service, which is not what we were pointed to'],
  ['http://127.0.0.1:1' + LIST, 'another port'],
  ['http://127.0.0.1' + LIST, 'the default port'],
  ['http://127.0.0.1:99999' + LIST, 'no port at all'],
  ['ftp://OWN' + LIST, 'another protocol'],
  ['ws://OWN' + LIST, 'web socket'],
  ['file:///etc/passwd', 'a file'],
  ['javascript:alert(1)', 'a script'],
  ['data:application/json,{}', 'data'],
  ['http://OWN/', 'the root'],
  ['http://OWN/v1.0/users', 'another path'],
  ['http://OWN/beta/admin/exchange/tracing/messageTraces', 'another version'],
  ['http://OWN/v1.0/fabrikam.example/admin/exchange/tracing/messageTraces', 'another tenant'],
  ['http://OWN/v1.0/admin/exchange/tracing/messageTracesEvil', 'a longer name'],
  ['http://OWN' + LIST + '/../../../../users', 'dot segments'],
  ['http://OWN' + LIST + '/%2e%2e/%2E%2E/users', 'encoded dot segments'],
  ['http://OWN/v1.0//admin/exchange/tracing/messageTraces', 'a double slash'],
  ['http://OWN' + LIST + '\\..\\..\\users', 'backslash segments'],
  ['http://OWN' + LIST + '?$skiptoken=ä', 'beyond ASCII, which no request line takes'],
  ['x', 'nonsense'],
  ['http://', 'no host'],
  ['http://OWN', 'no path'],
  ['http://OWN?x', 'no slash'],
];

let foes: readonly [ScriptedServer, ScriptedServer];

beforeAll(async () => {
  const taken = () => ({ body: page([row(99, { subject: 'stolen' })]) });
  foes = [await startScriptedServer(taken), await startScriptedServer(taken)];
});

afterAll(async () => {
  await Promise.all(foes.map((foe) => foe.close()));
});

function aim(template: string, own: string): string {
  const ownUrl = new URL(own);
  const [foe, foe2] = foes.map((server) => new URL(server.origin));
  return template
    .replaceAll('FOEPORT', foe!.port)
    .replaceAll('FOE2', foe2!.host)
    .replaceAll('FOE', foe!.host)
    .replaceAll('PORT', ownUrl.port)
    .replaceAll('OWN', ownUrl.host);
}

describe('links that lead away are refused before anything connects', () => {
  test('there are enough of them', () => {
    expect(new Set(HOSTILE.map(([link]) => link)).size).toBeGreaterThanOrEqual(60);
  });

  test.each(HOSTILE)('%j: %s', async (template) => {
    const server = await startScriptedServer(() => ({ body: page([row(1)], aim(template, server.origin)) }));
    const { entries, gaps } = await collect(openAt(server.origin).source);
    await server.close();
    expect(entries).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'foreign-link' }]);
    expect(server.requests).toHaveLength(1);
    expect(foes.map((foe) => foe.connections())).toEqual([0, 0]);
  });

  test.each(
    [301, 302, 303, 307, 308].flatMap((status) =>
      ['http://FOE/', 'http://FOE2' + LIST, LIST, 'https://OWN/'].map((to) => [status, to] as const),
    ),
  )('a redirect %i to %s is not followed', async (status, to) => {
    const server = await startScriptedServer(() => ({
      status,
      headers: { location: aim(to, server.origin) },
    }));
    await expect(collect(openAt(server.origin).source)).rejects.toMatchObject({ kind: 'protocol' });
    await server.close();
    expect(server.requests).toHaveLength(1);
    expect(foes.map((foe) => foe.connections())).toEqual([0, 0]);
  });
});

describe('the real service', () => {
  const own = parseGraphUrl('https://graph.microsoft.com');

  test.each([
    ['https://graph.microsoft.com' + LIST + '?$skiptoken=1', 'the plain case'],
    ['https://Graph.Microsoft.com' + LIST + '?$skiptoken=1', 'capitals in the host'],
    ['https://graph.microsoft.com:443' + LIST + '?$skiptoken=1', 'the port named'],
    [
      'https://graph.microsoft.com/v1.0/admin/exchange/tracing/messagetraces?$skiptoken=1',
      'another case of the path',
    ],
    [
      'https://graph.microsoft.com' +
        LIST +
        "('x')/getDetailsByRecipient(recipientAddress='a%40b')?$skiptoken=1",
      'brackets',
    ],
  ])('%j is followed: %s', (link) => {
    const path = ownPath(link, own);
    expect(path === null ? null : link.endsWith(path)).toBe(link.includes("('x')") ? null : true);
  });

  test.each([
    ['https://graph.microsoft.com.fabrikam.example' + LIST, 'own name as prefix'],
    ['https://fabrikam.example/graph.microsoft.com' + LIST, 'own name as path'],
    ['https://graph.microsoft.com.' + LIST, 'trailing dot'],
    ['https://graph.mícrosoft.com' + LIST, 'look-alike'],
    ['https://xn--graph-microsoft.com' + LIST, 'punycode'],
    ['http://graph.microsoft.com' + LIST, 'not encrypted'],
    ['https://graph.microsoft.com:8443' + LIST, 'another port'],
    ['https://graph.microsoft.us' + LIST, 'another cloud'],
    ['https://login.microsoftonline.com' + LIST, 'another service of the same house'],
  ])('%j is refused: %s', (link) => {
    expect(ownPath(link, own)).toBeNull();
  });
});
