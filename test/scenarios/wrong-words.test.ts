/** Why: an admin under stress types wrongly; each slip must cost one glance. Tenant: none. Requests: none. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, expect, test } from 'vitest';

import { READY_TOKEN } from '../secrets/canary.js';
import { runMailcheck } from './run-mailcheck.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  await writeFile(
    join(folder, 'picture.png'),
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0xff, 0xfe, 0]),
  );
});

test.each<[string[], number, RegExp, string]>([
  [['trase'], 64, /Did you mean trace\?/, 'a misspelt verb names the right one'],
  [['trace', '--sinse', '4h'], 64, /Did you mean --since\?/, 'so does a misspelt flag'],
  [['helpp'], 64, /Did you mean help\?/, 'and so does the word for help'],
  [['--versoin'], 64, /Did you mean mailcheck --version\?/, 'or a flag that stands alone'],
  [['help', 'exit-code'], 64, /as\s+mailcheck\s+help\s+exit-codes\n/, 'a misspelt page names the right one'],
  [['help', 'trace', 'shwo'], 64, /as\s+mailcheck\s+help\s+trace\s+show\n/, 'also one of two words'],
  [['trace', '--format', 'jsn'], 64, /as --format json\n/, 'a misspelt value shows the one that was meant'],
  [['completion', 'bahs'], 64, /as mailcheck completion bash\n/, 'so does a misspelt shell'],
  [['trace', '--since', 'yesterday'], 64, /as --since 4h/, 'a wrong value shows a right one'],
  [['trace', '--sender', 'ann'], 64, /ann@contoso\.example/, 'an address needs a domain'],
  [['trace', '--since', '200d'], 64, /90 days/, 'what Microsoft has forgotten is not asked for'],
  [['trace', '--format', 'xml'], 64, /table, json, ndjson, csv, markdown/, 'formats are named'],
  [['trace', '--drill=august'], 64, /calm, january-2026, june-2026/, 'scenarios are named'],
  [['trace', '--time-zone', 'Mars/Base'], 64, /Europe\/Berlin/, 'zones are IANA names'],
  [['explain'], 64, /mailcheck explain "/, 'explain needs a text'],
  [['trace', 'show'], 64, /<a1@contoso\.example>/, 'show needs an id'],
  [['help', 'outrage'], 64, /outage/, 'help topics are named'],
  [['trace', '--file', 'missing.csv'], 65, /missing\.csv/, 'a missing file'],
  [['trace', '--file', '.'], 65, /folder|directory/, 'a folder'],
  [['trace', '--file', 'picture.png'], 65, /picture\.png/, 'a binary file'],
  [['trace'], 4, /AZURE_TENANT_ID/, 'no credentials'],
  [['trace', '--graph-url', 'http://192.0.2.1'], 4, /https/, 'a token never travels in the clear'],
  [['trace', '--graph-url', 'http://127.0.0.1:9'], 3, /127\.0\.0\.1:9/, 'a dead endpoint'],
  [['trace', '--via', 'graph', '--cloud', 'dod'], 64, /--cloud dod --via\s+exchange/, 'a way that is none'],
  [['trace', '--cloud', 'gcc'], 64, /worldwide, gcc-high, dod, china/, 'clouds are named'],
  [['trace', '--exchange-url', 'http://127.0.0.1:9'], 64, /--via exchange/, 'an address for nobody'],
  [['trace', '--via', 'exchange'], 4, /MAILCHECK_EXCHANGE_TOKEN/, 'no credentials for Exchange'],
])('mailcheck %j exits %i: %s', async (args, exitCode, hint) => {
  const env = args.includes('--graph-url') ? { MAILCHECK_GRAPH_TOKEN: READY_TOKEN } : {};
  const run = await runMailcheck(args, { cwd: folder, env });
  expect(run.stderr).toMatch(hint);
  expect(run.exitCode).toBe(exitCode);
  expect(run.stderr).not.toMatch(/\n\s+at /);
  expect(run.stderr.match(/^mailcheck: /gm)).toHaveLength(1);
  expect(run.stdout).toBe('');
});

test('a script that asked for JSON gets its error as JSON', async () => {
  const run = await runMailcheck(['trace', '--format', 'json', '--sinse', '4h']);
  expect(JSON.parse(run.stdout)).toMatchObject({
    data: [],
    outcome: { level: 'refused', exitCode: 64 },
    error: { kind: 'usage', message: "Unknown option '--sinse'." },
  });
  expect(run.exitCode).toBe(64);
});
