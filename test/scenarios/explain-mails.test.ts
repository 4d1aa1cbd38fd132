/** Why: a bounce is what an admin has in hand first; it must be read as it was saved. Tenant: none. Requests: none. */
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, test } from 'vitest';

import { runMailcheck } from './run-mailcheck.js';

const MAILS = fileURLToPath(new URL('../corpus/mail/', import.meta.url));
const POSTMARK = 'From MAILER-DAEMON Wed Jun  3 14:05:12 2026\n';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'some'));
  for (const name of ['exim-text', 'exo-delayed', 'vacation-rfc3834'])
    await cp(join(MAILS, `${name}.eml`), join(folder, 'some', `${name}.eml`));
  await writeFile(join(folder, 'some', 'notes.txt'), 'no mail\n');
  const mails = await Promise.all(
    ['postfix-text', 'ses-bounce'].map((name) => readFile(join(MAILS, `${name}.eml`), 'latin1')),
  );
  await writeFile(join(folder, 'two.mbox'), mails.map((mail) => `${POSTMARK}${mail}\n\n`).join(''), 'latin1');
  await writeFile(join(folder, 'table.csv'), 'a,b\n1,2\n');
});

const mail = (name: string): string => join(MAILS, `${name}.eml`);

test('one mail is explained as a reply is, and says for whom', async () => {
  const run = await runMailcheck(['explain', '--file', mail('exo-5-1-10-not-found')]);
  expect(run.stdout).toMatch(/^PERMANENT: bounced, recipient-unknown \(550 5\.1\.10\)\n/);
  expect(run.stdout).toMatch(/\nfor {5}bob@fabrikam\.example\n$/);
  expect(run).toMatchObject({ stderr: '', exitCode: 0 });
});

test('several recipients have a line each, and the worst of them is the answer', async () => {
  const run = await runMailcheck(['explain', '--file', mail('exo-two-recipients')]);
  expect(run.stdout).toMatch(/^PERMANENT/);
  expect(run.stdout).toMatch(/\nbob@fabrikam\.example +deferred +4\.4\.316 /);
  expect(run.stdout).toMatch(/\neve@fabrikam\.example +bounced +5\.1\.10 /);
});

test('a folder and an mbox are counted by reason; what is no mail there is left alone', async () => {
  const run = await runMailcheck(['explain', '--file', 'some', '--file', 'two.mbox', '--format', 'json'], {
    cwd: folder,
  });
  const { data, summary } = JSON.parse(run.stdout) as {
    data: { id: string; verdict: { reason: string }; notice: { kind: string } }[];
    summary: { judged: number; by: { reason: string; count: number }[] };
  };
  expect(data.map(({ id, notice }) => [id, notice.kind])).toEqual([
    ['some/exim-text.eml', 'bounce-text'],
    ['some/exo-delayed.eml', 'dsn'],
    ['some/vacation-rfc3834.eml', 'auto-reply'],
    ['two.mbox', 'bounce-text'],
    ['two.mbox#2', 'dsn'],
  ]);
  expect(summary.judged).toBe(5);
  expect(summary.by[0]).toMatchObject({ reason: 'recipient-unknown', count: 2 });
  expect(run.exitCode).toBe(0);
});

test('the screen of many counts first, then lists', async () => {
  const run = await runMailcheck(['explain', '--file', 'some'], { cwd: folder });
  expect(run.stdout).toMatch(
    /^3 judged: 1 transient, 1 permanent, 1 no failure\.\n\nReason +Count +Side +Class\n/,
  );
  expect(run.stdout).toMatch(/\nThe first 3:\nItem +Reason/);
});

test('Markdown of many counts too', async () => {
  const run = await runMailcheck(['explain', '--file', 'some', '--format', 'markdown'], { cwd: folder });
  expect(run.stdout).toMatch(/^\*\*3 judged: 1 transient, 1 permanent, 1 no failure\.\*\*\n/);
  expect(run.stdout).toMatch(/\n\| Reason \| Count \| Side \| Class \|\n/);
  expect(run.stdout).toMatch(/\n\| Side \| Count \|\n/);
});

test('standard input may be a mail, an mbox, or a reply', async () => {
  const asMail = await runMailcheck(['explain', '-'], { input: await readFile(mail('arf-abuse'), 'utf8') });
  expect(asMail.stdout).toMatch(/^NO FAILURE: not-bounce, feedback-loop\n/);
  const asMbox = await runMailcheck(['explain', '--file', '-'], {
    input: await readFile(join(folder, 'two.mbox'), 'utf8'),
  });
  expect(asMbox.stdout).toMatch(/^2 judged: /);
  const asReply = await runMailcheck(['explain', '-'], { input: '550 5.1.1 User unknown\n' });
  expect(asReply.stdout).toMatch(/^PERMANENT: bounced, recipient-unknown \(550 5\.1\.1\)\n/);
});

test('a batch names mails by path; a broken one stops nothing', async () => {
  const lines = [
    { id: 1, path: mail('exo-5-7-64-tenant-attribution') },
    { id: 2, path: 'missing.eml' },
    { id: 3, path: '.' },
    { id: 4, text: '550 5.1.1 User unknown' },
  ];
  const run = await runMailcheck(['explain', '--batch'], {
    input: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  const answers = run.stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(answers).toMatchObject([
    { id: 1, verdict: { class: 'permanent', enhancedStatus: '5.7.64' } },
    { id: 2, error: 'There is no file missing.eml.' },
    { id: 3, error: '. is no regular file.' },
    { id: 4, verdict: { reason: 'recipient-unknown' } },
  ]);
  expect(run.exitCode).toBe(65);
});

test.each<[string[], number, RegExp, string]>([
  [['explain', '--file', 'missing.eml'], 65, /missing\.eml/, 'a missing file'],
  [['explain', '--file', 'empty'], 65, /\.eml, \.mbox or \.mbx/, 'a folder without mails'],
  [['explain', '--file', 'table.csv'], 65, /header/, 'a file that is no mail'],
  [['explain', '--file', 'a.eml', '550 5.1.1'], 64, /two different questions/, 'a file and a text'],
  [['explain', '--file', 'a.eml', '--batch'], 64, /--batch reads standard input/, 'a file and a batch'],
])('mailcheck %j exits %i: %s', async (args, exitCode, hint) => {
  const run = await runMailcheck(args, { cwd: folder });
  expect(run.stderr).toMatch(hint);
  expect(run.exitCode).toBe(exitCode);
});

test('one unreadable file among others is said, the others are answered', async () => {
  const run = await runMailcheck(['explain', '--file', 'missing.eml', '--file', 'some'], { cwd: folder });
  expect(run.stdout).toMatch(/^3 judged: .*\. 1 could not be read\.\n/);
  expect(run.stderr).toMatch(/There is no file missing\.eml/);
  expect(run.exitCode).toBe(65);
});
