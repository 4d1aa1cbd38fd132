import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { TRACE_AREA } from '#sources/graph/graph-area.js';
import { ownPath, parseGraphUrl } from '#sources/graph/graph-origin.js';

import { type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { asked, collect, LIST, openAt, page, row } from './opened.js';

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
  ['http://OWN%23@FOE' + LIST, 'encoded fragment'],
  ['http://OWN%3f@FOE' + LIST, 'encoded query'],
  ['http://OWN&@FOE' + LIST, 'ampersand'],
  ['http://FOE%2eOWN' + LIST, 'encoded dot'],
  ['http://%31%32%37.0.0.1:FOEPORT' + LIST, 'an address with encoded digits'],
  ['http://127.0.0.1%3aFOEPORT' + LIST, 'an encoded colon'],
  ['http://127.0.0.1:PORT:FOEPORT' + LIST, 'two ports'],
  ['http://127.0.0.1:0PORT' + LIST, 'the port with a zero before'],
  ['http://127.0.0.1:' + LIST, 'an empty port'],
  ['http://127.0.0.1\u00ad:PORT' + LIST, 'a soft hyphen in the host'],
  ['http://127.0.0.1\u200b:PORT' + LIST, 'a blank without width in the host'],
  ['http://①②⑦.0.0.1:FOEPORT' + LIST, 'digits in circles'],
  ['http://127.000.000.001:PORT' + LIST, 'our own address with zeros'],
  ['http://017700000001:FOEPORT' + LIST, 'the address as one octal number'],
  ['http://[::127.0.0.1]:FOEPORT' + LIST, 'IPv4 in IPv6, the old way'],
  ['http://[0:0:0:0:0:0:0:1]:FOEPORT' + LIST, 'IPv6 loopback at length'],
  ['http://lоcalhost:PORT' + LIST, 'a look-alike letter'],
  ['http://xn--lcalhost-0jg:PORT' + LIST, 'the same in punycode'],
  ['http://localhost.:PORT' + LIST, 'another name with a trailing dot'],
  ['ht\ntp://OWN' + LIST, 'a newline in the scheme'],
  ['http://OWN\t' + LIST, 'a tab after the host'],
  ['http:\t//OWN' + LIST, 'a tab before the slashes'],
  ['http://OWN/\t/..' + LIST, 'a tab between dots and slashes'],
  ['blob:http://OWN' + LIST, 'a scheme around our own origin'],
  ['view-source:http://OWN' + LIST, 'another one'],
  ['http+unix://OWN' + LIST, 'a longer scheme'],
  ['http://OWN/v1.0/admin/exchange/tracing%2fmessageTraces', 'an encoded slash in the path'],
  ['http://OWN' + LIST + '%2f..%2f..%2f..%2fusers', 'encoded slashes after the path'],
  ['http://OWN' + LIST + '/..%2f..%2f..%2f..%2fusers', 'dot segments with encoded slashes'],
  ['http://OWN' + LIST + '/%2e%2e%5c%2e%2e%5cusers', 'dot segments with encoded backslashes'],
  ['http://OWN' + LIST + '/x%2f.%2e', 'a dot segment at the end'],
  ['http://OWN/v1.0/FABRIKAM.example' + LIST.slice(5), 'another tenant in capitals'],
  ['http://OWN/myorganization' + LIST, 'a tenant before the version'],
  ['http://OWN;FOE' + LIST, 'semicolon the other way round'],
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
      ['http://FOE/', 'http://FOE2' + LIST, LIST, 'https://OWN/', 'https://FOE' + LIST, '//FOE' + LIST].map(
        (to) => [status, to] as const,
      ),
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

describe('later on', () => {
  test.each([301, 302, 303, 307, 308])('a redirect %i of the second page is not followed', async (status) => {
    const server = await startScriptedServer((request, index) =>
      index === 0
        ? { body: page([row(1)], `http://${request.headers.host ?? ''}${LIST}?$skiptoken=1`) }
        : { status, headers: { location: aim('http://FOE' + LIST, server.origin) } },
    );
    const { entries, gaps } = await collect(openAt(server.origin).source);
    await server.close();
    expect({ rows: entries.length, gaps }).toMatchObject({ rows: 1, gaps: [{ reason: 'protocol' }] });
    expect(gaps[0]?.what).toContain(`to ${new URL(foes[0].origin).host}`);
    expect(server.requests).toHaveLength(2);
    expect(foes.map((foe) => foe.connections())).toEqual([0, 0]);
  });

  test.each(['http://FOE' + LIST, 'http://OWN/v1.0/users', 'http://OWN@FOE2' + LIST])(
    'a link %j of a detail is refused too',
    async (template) => {
      const server = await startScriptedServer(() => ({ body: page([], aim(template, server.origin)) }));
      const { source } = openAt(server.origin);
      const answer = await source.details?.(asked('x', 'r@fabrikam.example'), new AbortController().signal);
      await server.close();
      expect(answer).toMatchObject({ kind: 'gap', gap: { reason: 'foreign-link' } });
      expect(server.requests).toHaveLength(1);
      expect(foes.map((foe) => foe.connections())).toEqual([0, 0]);
    },
  );
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
    const path = ownPath(link, own, TRACE_AREA);
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
    expect(ownPath(link, own, TRACE_AREA)).toBeNull();
  });
});
