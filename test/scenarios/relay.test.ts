/**
 * Why: what waits at a relay can be told on any machine that has its queue or its log, with no tenant and no sign-in.
 * Relays: files of each program, standard input, and programs that say, fail, hang or are not there. Requests: none.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Run, runMailcheck, type RunOptions, startMailcheck } from './run-mailcheck.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-relay-'));
afterAll(() => rm(FOLDER, { recursive: true, force: true }));

const MX = 'contoso-example.mail.protection.outlook.com';
const FOREST = `host ${MX}[203.0.113.41] refused to talk to me: 421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel`;

/** As `postqueue -j` writes it: so many messages, the first so old and each next one second younger. */
function queueText(count: number, minutes: number, reason = FOREST): string {
  const oldest = Math.floor(Date.now() / 1000) - minutes * 60;
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...{ queue_name: 'deferred', queue_id: `4kXq2Z${index}`, arrival_time: oldest, message_size: 2048 },
      ...{ forced_expire: false, sender: 'ben@fabrikam.example' },
      recipients: [{ address: `ann${index}@contoso.example`, delay_reason: reason }],
    }),
  )
    .map((line) => `${line}\n`)
    .join('');
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
}

const NODE = `'${process.execPath}'`;

function saying(path: string, code = 0): string {
  return `${NODE} -e "process.stdout.write(require('fs').readFileSync('${path}')); process.exitCode = ${code}"`;
}

async function relay(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runMailcheck(['relay', ...args], options);
}

interface Answer {
  readonly summary: { readonly total: number; readonly atMicrosoft: { readonly held: number } } | null;
  readonly outcome: { readonly level: string; readonly exitCode: number };
  readonly incomplete: readonly { readonly reason: string; readonly what: string }[];
  readonly error?: { readonly kind: string; readonly message: string };
  readonly data: readonly object[];
  readonly source: object | null;
}

async function answer(args: readonly string[], options: RunOptions = {}): Promise<Answer & Run> {
  const run = await relay([...args, '--format', 'json'], options);
  return { ...(JSON.parse(run.stdout) as Answer), ...run };
}

/** What is there sooner or later, and is not empty. */
async function until<Found>(look: () => Found): Promise<Found> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      const found = look();
      if (found) return found;
    } catch {
      // Not yet.
    }
    await sleep(25);
  }
  throw new Error('it did not come about');
}

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

describe('exit codes', () => {
  const small = file('small.json', queueText(3, 90));
  const warning = file('warning.json', queueText(20, 90));
  const critical = file('critical.json', queueText(200, 90));
  const empty = file('empty', '');
  const html = file('page.html', '<!doctype html><title>Sign in</title>');
  const cut = file('cut.json', queueText(3, 90).slice(0, -40));

  test.each<[number, string, readonly string[]]>([
    [0, 'little is held', ['--file', small]],
    [0, 'nothing is held, says a program that ends well', ['--run', saying(empty)]],
    [0, 'an empty file, said to be a queue', ['--file', empty, '--relay-format', 'postfix-json']],
    [0, 'critical, and nobody wants to know', ['--file', critical, '--fail-on', 'never']],
    [0, 'a warning, and only critical counts', ['--file', warning, '--fail-on', 'critical']],
    [1, 'twenty wait for an hour and a half', ['--file', warning]],
    [2, 'two hundred do', ['--file', critical]],
    [2, 'critical is critical, though a part is missing', ['--file', critical, '--run', 'no-such-program']],
    [3, 'a program that is not there, beside a queue', ['--file', small, '--run', 'no-such-program']],
    [3, 'a program that failed', ['--run', saying(small, 69)]],
    [3, 'a program that failed and said nothing', ['--run', saying(empty, 1)]],
    [3, 'a program that hangs', ['--run', `${NODE} -e "setInterval(() => 0, 1000)"`, '--timeout', '1s']],
    [3, 'a record that is cut', ['--file', cut]],
    [4, 'the one program that there is not', ['--run', 'no-such-program -j']],
    [4, 'it may not be started', ['--run', `'${small}'`]],
    [64, 'nothing is named', []],
    [64, 'a pipe of a shell', ['--run', 'postqueue -j | head']],
    [64, 'a format that there is not', ['--file', small, '--relay-format', 'sendmail']],
    [64, 'standard input twice', ['--file', '-', '--file', '-']],
    [65, 'a file that there is not', ['--file', join(FOLDER, 'missing')]],
    [65, 'a folder', ['--file', FOLDER]],
    [65, 'a device', ['--file', '/dev/zero']],
    [65, 'a page of the web', ['--file', html]],
    [65, 'an empty file, which may be what a failed program left', ['--file', empty]],
    [65, 'not one record that can be read', ['--file', html, '--relay-format', 'postfix-json']],
    [65, 'a policy that there is not', ['--file', small, '--policy', join(FOLDER, 'missing')]],
  ])('%i: %s', async (exitCode, _why, args) => {
    const run = await answer(args);
    expect([run.exitCode, run.outcome.exitCode]).toEqual([exitCode, exitCode]);
    if (exitCode >= 4) expect(run.error?.message).toMatch(/\.$/u);
  });

  test('130: the user stops it while a program hangs, and the program ends too', async () => {
    const marker = join(FOLDER, 'pid');
    const script = `require('fs').writeFileSync('${marker}', String(process.pid)); setInterval(() => 0, 1000)`;
    const child = startMailcheck(['relay', '--run', `${NODE} -e "${script}"`, '--format', 'json']);
    const closed = once(child, 'close');
    const pid = Number(await until(() => readFileSync(marker, 'utf8')));
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(130);
    expect(await until(() => isGone(pid))).toBe(true);
  });
});

test('130: the user stops it while it waits for standard input', async () => {
  const marker = join(FOLDER, 'begun');
  const script = `require('fs').writeFileSync('${marker}', 'yes')`;
  const child = startMailcheck(['relay', '--run', `${NODE} -e "${script}"`, '--file', '-']);
  const closed = once(child, 'close');
  // Nobody writes to it, and nobody closes it.
  await until(() => readFileSync(marker, 'utf8'));
  child.kill('SIGINT');
  expect((await closed)[0]).toBe(130);
});

/** What the drill's relay holds for Microsoft at a moment of the scenario. */
async function drilled(at: string, ...args: readonly string[]): Promise<Answer & Run> {
  return answer(['--drill=june-2026', '--at', at, ...args]);
}

test('in a drill the queue grows while Microsoft refuses, and it is marked as one', async () => {
  const [early, late] = [await drilled('10:00'), await drilled('15:00', '--drill-exit')];
  for (const { source, stdout } of [early, late]) {
    expect(source).toMatchObject({ kind: 'drill' });
    expect(stdout).toContain('421 4.3.2');
  }
  expect(early.exitCode).toBe(0);
  expect(late.exitCode).toBe(late.outcome.exitCode);
  expect([1, 2]).toContain(late.exitCode);
  const held = [early, late].map(({ summary }) => summary?.atMicrosoft.held ?? 0);
  expect(held[1]).toBeGreaterThan(held[0] ?? Infinity);
});

describe('whatever it is read from, it is the same mail', () => {
  const text = queueText(7, 90);
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

  test.each<[string, readonly string[], RunOptions]>([
    ['a file', ['--file', file('queue.json', text)], {}],
    ['standard input', ['--file', '-'], { input: text }],
    ['a program', ['--run', saying(file('said.json', text))], {}],
    ['a packed file', ['--file', file('queue.json.gz', gzipSync(text))], {}],
    ['a file as PowerShell 5 writes it', ['--file', file('wide.json', wide)], {}],
    ['a packed one of those', ['--file', file('wide.json.gz', gzipSync(wide))], {}],
    ['one with other line ends', ['--file', file('crlf.json', text.replaceAll('\n', '\r\n'))], {}],
    ['a file that the environment names', [], { env: { MAILCHECK_RELAY_FILE: file('named.json', text) } }],
    [
      'two files that overlap',
      ['--file', file('a.json', text), '--file', file('b.json', queueText(5, 80))],
      {},
    ],
    ['the same file twice', ['--file', file('c.json', text), '--file', file('c.json', text)], {}],
  ])('%s', async (_why, args, options) => {
    expect(await answer(args, options)).toMatchObject({
      ...{ exitCode: 0, summary: { total: 7, atMicrosoft: { held: 7 } }, incomplete: [] },
      source: { kind: 'relay' },
    });
  });

  test.each([
    ['a packed file that is cut', gzipSync(text).subarray(0, -9), 'cannot be unpacked'],
    [
      'one that fills the disk',
      gzipSync(Buffer.alloc(80 * 1024 * 1024, '\n')),
      'unpacks to more than 400 times its size',
    ],
    ['an archive', Buffer.from('PK\u0003\u0004\u0000\u0000'), 'is not text'],
  ])('%s is refused', async (name, content, words) => {
    const run = await relay([
      '--file',
      file(`${name.replaceAll(' ', '-')}.gz`, content),
      '--relay-format',
      'postfix-json',
    ]);
    expect(run.exitCode).toBe(65);
    expect(run.stderr.replace(/\s+/gu, ' ')).toContain(words);
  });

  test('a pipe that is packed is told how to be unpacked', async () => {
    const script = `process.stdout.write(require("zlib").gzipSync("${'x'.repeat(9)}"))`;
    const run = await relay(['--run', `${NODE} -e '${script}'`]);
    expect(run.exitCode).toBe(65);
    expect(run.stderr.replace(/\s+/gu, ' ')).toContain('zcat mail.log.1.gz');
  });
});

describe('a log that was rotated', () => {
  const line = (time: string, rest: string): string =>
    `2026-06-02T${time}.000000+00:00 relay postfix/${rest}\n`;
  const yesterday =
    line(
      '10:00:00',
      'qmgr[8]: 4kXq2Z1abcz3f: from=<ben@fabrikam.example>, size=100, nrcpt=1 (queue active)',
    ) +
    line(
      '10:00:01',
      `smtp[9]: 4kXq2Z1abcz3f: to=<ann@contoso.example>, relay=${MX}[203.0.113.41]:25, delay=1, delays=0/0/1/0, dsn=4.3.2, status=deferred (host ${MX}[203.0.113.41] said: 451 4.3.2 temporary server issue (in reply to RCPT TO command))`,
    ) +
    line(
      '10:00:02',
      'qmgr[8]: 4kXq2Z2abcz3f: from=<ben@fabrikam.example>, size=100, nrcpt=1 (queue active)',
    ) +
    line(
      '10:00:03',
      `smtp[9]: 4kXq2Z2abcz3f: to=<eve@contoso.example>, relay=${MX}[203.0.113.41]:25, delay=1, delays=0/0/1/0, dsn=4.3.2, status=deferred (host ${MX}[203.0.113.41] said: 451 4.3.2 temporary server issue (in reply to RCPT TO command))`,
    );
  const today =
    line(
      '12:00:00',
      `smtp[9]: 4kXq2Z1abcz3f: to=<ann@contoso.example>, relay=${MX}[203.0.113.41]:25, delay=7200, delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.6.0 Queued mail for delivery)`,
    ) + line('12:00:01', 'qmgr[8]: 4kXq2Z1abcz3f: removed');

  test.each([
    ['the newest first', ['mail.log', 'mail.log.1.gz']],
    ['the oldest first', ['mail.log.1.gz', 'mail.log']],
  ])('%s', async (_why, names) => {
    file('mail.log.1.gz', gzipSync(yesterday));
    file('mail.log', today);
    const args = names.flatMap((name) => ['--file', join(FOLDER, name)]);
    expect(await answer(args)).toMatchObject({
      exitCode: 0,
      data: [{ queueId: '4kXq2Z2abcz3f', receivedAt: '2026-06-02T10:00:02.000Z' }],
      summary: { total: 1, left: { delivered: 1, bounced: 0, expired: 0 }, formats: ['postfix-log'] },
      // Ages are as of its end, not as of now.
      source: { asOf: '2026-06-02T12:00:01.000Z' },
    });
  });
});

describe('how it is shown', () => {
  const path = file('outage.json', queueText(250, 90));
  beforeAll(() => mkdir(join(FOLDER, 'out')));

  test('the verdict comes first', async () => {
    const { stdout } = await relay(['--file', path]);
    expect(stdout.split('\n').slice(0, 3).join(' ')).toMatch(
      /^CRITICAL: 250 held deliveries wait for Microsoft 365, the oldest for 1 h 30 min; Microsoft defers them \(421 4\.3\.2 The maximum number/u,
    );
  });

  test('as rows for a script, the same in each format', async () => {
    const [csv, ndjson] = await Promise.all([
      relay(['--file', path, '--format', 'csv']),
      relay(['--file', path, '--format', 'ndjson']),
    ]);
    expect(csv.stdout.trimEnd().split('\n')).toHaveLength(251);
    const lines = ndjson.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(251);
    expect(lines.at(-1)).toMatchObject({
      schema: 'mailcheck.end/1',
      outcome: { level: 'critical', exitCode: 2 },
    });
  });

  test('without persons', async () => {
    const { stdout } = await relay(['--file', path, '--format', 'json', '--redact']);
    expect(stdout).not.toMatch(/\bann\d|\bben@/u);
    expect(stdout).toContain('@contoso.example');
  });

  test('whoever stops reading is no trouble', async () => {
    const run = await relay(['--file', path, '--format', 'ndjson'], { linesRead: 2 });
    expect([run.exitCode === 0 || run.exitCode === 2, run.stderr]).toEqual([true, '']);
  });

  test('what a relay or a program writes reaches no terminal as it is', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\r\n::error::x';
    const queue = file('evil.json', queueText(30, 90, `host ${MX}[203.0.113.41] said: 421 4.3.2 ${evil}`));
    const program = `${NODE} -e "process.stderr.write('\\u001b[2Jno'); process.exitCode = 1"`;
    for (const format of ['table', 'markdown', 'csv', 'json', 'ndjson']) {
      const { stdout, stderr } = await relay([
        '--file',
        queue,
        '--run',
        program,
        '--format',
        format,
        '--by',
        'reason',
      ]);
      expect(stdout + stderr).not.toMatch(/[\u001b\u0007]/u);
      expect((stdout + stderr).split('\n').filter((text) => text.startsWith('::'))).toEqual([]);
    }
  });

  test('how old a file is, where it is not of now', async () => {
    const old = file('old.json', queueText(1, 90));
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(old, hourAgo, hourAgo);
    const { stdout } = await relay(['--file', old]);
    expect(stdout).toContain('the oldest for 30 min');
    expect(stdout.replace(/\s+/gu, ' ')).toMatch(/All of this is as of .* 1 h ago\./u);
  });
});

test('a named pipe is refused at once: nobody may be at its other end', async () => {
  const path = join(FOLDER, 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await relay(['--file', path])).exitCode).toBe(65);
});

test('a program gets no shell: what it would have done is not done', async () => {
  const marker = join(FOLDER, 'marker');
  await relay(['--run', `${NODE} -e 0 "$(touch ${marker})" \`touch ${marker}\``]);
  await expect(writeFile(marker, '', { flag: 'wx' })).resolves.toBeUndefined();
});
