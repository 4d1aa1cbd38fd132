/**
 * Why: what a monitor, a job or a script does next hangs on one number, so here is the whole table of codes, command by
 * command, through the built program. Tenant: a calm day, an outage, a neglected set-up, and each with one trouble.
 * Requests: not counted here.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { afterAll, describe, expect, test } from 'vitest';

import { startDrill } from '#simulator/drill.js';
import { NEGLECTED_SET_UP } from '#simulator/exchange/set-up/set-ups.js';
import { faultScript, type ScriptedFault } from '#simulator/faults.js';

import { startScriptedServer } from '../fakes/scripted-server.js';
import { READY_TOKEN } from '../secrets/canary.js';
import { runMailcheck, startMailcheck } from './run-mailcheck.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-codes-'));
const open: { readonly close: () => Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await rm(FOLDER, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string>>;
type DrillChanges = Partial<Parameters<typeof startDrill>[0]>;

function always(word: string): readonly ScriptedFault[] {
  return faultScript({ 1: word }).map((fault) => ({ ...fault, times: 999 }));
}

/** A tenant and what stands around it, as the environment that leads there. No token lacks a right that is not named. */
async function tenantOf(
  scenario: string,
  at: string | null,
  changes: DrillChanges = {},
): Promise<Environment> {
  const drill = await startDrill({
    ...{ scenario, at, seed: 1, clock: () => new Date(), tokenChecks: 'any', quirks: { quota: null } },
    ...changes,
  });
  open.push(drill);
  const tokens = { MAILCHECK_GRAPH_TOKEN: READY_TOKEN, MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN };
  return { ...drill.environment(file(`${open.length}.pem`, drill.caPem)), ...tokens };
}

const CLOSED_PORT = 'http://127.0.0.1:9';

/** Where a command finds itself. */
const PLACES = {
  'no sign-in': () => Promise.resolve({}),
  calm: () => tenantOf('calm', null),
  outage: () => tenantOf('january-2026', '14:50'),
  'neglected set-up': () => tenantOf('calm', null, { setUp: NEGLECTED_SET_UP }),
  'health refused': () => tenantOf('calm', null, { announcementOnboarding: 'health-missing' }),
  'trace refused': () => tenantOf('calm', null, { onboarding: 'permission-missing' }),
  'Graph refused': () =>
    tenantOf('calm', null, { onboarding: 'permission-missing', announcementOnboarding: 'both-missing' }),
  'Exchange refused': () => tenantOf('calm', null, { exchangeOnboarding: 'role-missing' }),
  throttled: () =>
    tenantOf('calm', null, {
      ...{ faults: always('429:900'), announcementFaults: always('429:900') },
      exchangeFaults: always('429:900'),
    }),
  'nobody listens': () =>
    Promise.resolve({
      ...{ MAILCHECK_GRAPH_URL: CLOSED_PORT, MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
      ...{ MAILCHECK_EXCHANGE_URL: CLOSED_PORT, MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN },
      AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
      ...{ MAILCHECK_STATUS_URL: CLOSED_PORT, MAILCHECK_CONTROL_URL: CLOSED_PORT },
      MAILCHECK_MAIL_HOST: '127.0.0.1:9',
    }),
  'plain http': () =>
    Promise.resolve({
      ...{ MAILCHECK_GRAPH_URL: 'http://192.0.2.1', MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
      ...{ MAILCHECK_EXCHANGE_URL: 'http://192.0.2.1', MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN },
    }),
} satisfies Readonly<Record<string, () => Promise<Environment>>>;

type Place = keyof typeof PLACES;

const opened = new Map<Place, Promise<Environment>>();

/** Each is opened once, by the first row that stands there. */
function environmentAt(place: Place): Promise<Environment> {
  const environment = opened.get(place) ?? PLACES[place]();
  opened.set(place, environment);
  return environment;
}

/** Whole at once: of tests that go on side by side one may be starting a program with it while another writes it anew. */
function file(name: string, text: string): string {
  const path = join(FOLDER, name);
  writeFileSync(`${path}.draft`, text);
  renameSync(`${path}.draft`, path);
  return path;
}

/** A relay queue as `postqueue -j` prints it: so many messages that wait for so long, at one host that is not Microsoft's. */
function relayQueue(name: string, count: number, hours: number): string {
  const arrived = Math.floor(Date.now() / 1000) - hours * 3600;
  const line = (index: number): string =>
    JSON.stringify({
      ...{ queue_name: 'deferred', queue_id: `4kXq2Z${index}`, arrival_time: arrived, message_size: 2048 },
      ...{ forced_expire: false, sender: 'ben@contoso.example' },
      recipients: [
        {
          address: `ann@d${index % 5}.example`,
          delay_reason: 'connect to mx.fabrikam.example[192.0.2.25]:25: Connection timed out',
        },
      ],
    });
  return file(name, Array.from({ length: count }, (_, index) => `${line(index)}\n`).join(''));
}

const EMPTY_QUEUE = relayQueue('empty.json', 0, 0);
const SLOW_QUEUE = relayQueue('slow.json', 40, 3);
const LOST_QUEUE = relayQueue('lost.json', 300, 119);
const NO_EXPORT = file('notes.csv', 'Nothing here\nis a message trace\n');
const WRONG_POLICY = file('policy.json', '{"version": 1,');
const GOOD_BATCH = '{"id":1,"text":"550 5.1.1 User unknown"}\n';
const BROKEN_BATCH = `${GOOD_BATCH}broken\n`;

interface Row {
  readonly code: number;
  readonly run: string;
  readonly at: Place;
  readonly why: string;
  readonly input?: string;
}

/** A table of code, command, place and reason, as it is read. */
function rows(
  code: number,
  lines: readonly (readonly [run: string, at: Place, why: string, input?: string])[],
): Row[] {
  return lines.map(([run, at, why, input = '']) => ({ code, run, at, why, input }));
}

const TABLE: readonly Row[] = [
  ...rows(0, [
    ['--version', 'no sign-in', 'asked for and told'],
    ['help', 'no sign-in', 'asked for and told'],
    ['help exit-codes', 'no sign-in', 'asked for and told'],
    ['status --help', 'no sign-in', 'asked for and told'],
    ['status', 'calm', 'all was seen, and held and failed mail of an ordinary day is none'],
    ['status --sample 5', 'trace refused', 'Exchange has answered in the place of Graph'],
    ['queue', 'calm', 'all was seen, and greylisted stragglers are no outage'],
    ['check --no-history', 'calm', 'every check that is required was made, and none is bad'],
    ['health', 'calm', 'all was seen, and what is open is no matter of mail'],
    ['connectors', 'calm', 'a set-up in good order'],
    [`relay --file ${EMPTY_QUEUE} --relay-format postfix-json`, 'no sign-in', 'nothing waits'],
    ['trace', 'outage', 'it informs and does not judge, whatever it lists'],
    ['trace --fail-on never', 'outage', 'the same, said'],
    ['health messages', 'outage', 'it informs and does not judge'],
    ['health show MO1221364', 'outage', 'it informs and does not judge'],
    ['explain 550_5.1.1_User_unknown', 'no sign-in', 'a bounce that is explained is no failure of ours'],
    ['check --list', 'no sign-in', 'asks nobody'],
    ['check --explain held-mail', 'no sign-in', 'asks nobody'],
    ['explain --batch', 'no sign-in', 'every line was answered', GOOD_BATCH],
    ['quota', 'no sign-in', 'nothing was used yet, which is an answer'],
    ['status --plan', 'calm', 'what it would cost is no verdict'],
    ['status --fail-on never', 'outage', 'who does not want to fail does not'],
    ['check --no-history --fail-on never', 'outage', 'who does not want to fail does not'],
    ['queue --fail-on never', 'outage', 'who does not want to fail does not'],
    ['health --fail-on never', 'outage', 'who does not want to fail does not'],
    ['connectors --fail-on critical', 'neglected set-up', 'a warning is below what was named'],
    [`relay --file ${SLOW_QUEUE} --fail-on critical`, 'no sign-in', 'a warning is below what was named'],
    ['status --drill=january-2026 --at 14:50', 'no sign-in', 'a drill that ran has succeeded'],
    ['trace --drill=calm --max-requests 1', 'no sign-in', 'also one that would have been unknown'],
  ]),
  ...rows(1, [
    ['connectors', 'neglected set-up', 'lint warns of what is only untidy'],
    [`relay --file ${SLOW_QUEUE}`, 'no sign-in', 'some mail waits long at a host'],
    ['relay --drill=january-2026 --at 14:50 --drill-exit', 'no sign-in', 'as without a drill'],
  ]),
  ...rows(2, [
    ['status', 'outage', 'mail is deferred, and an issue fits'],
    ['status --fail-on critical', 'outage', 'critical is not below itself'],
    ['check --no-history', 'outage', 'two checks on independent grounds'],
    ['queue', 'outage', 'hundreds are held for hours'],
    ['health', 'outage', 'an open incident of mail flow'],
    [`relay --file ${LOST_QUEUE}`, 'no sign-in', 'much of it will soon be given up'],
    ['status --drill=january-2026 --at 14:50 --drill-exit', 'no sign-in', 'as without a drill'],
  ]),
  ...rows(3, [
    ['status', 'health refused', 'one of two that it needs was refused, the other is fine'],
    ['status --via graph', 'trace refused', 'the other one was'],
    ['status --fail-on never', 'health refused', 'what was not seen is not silenced'],
    ['status', 'throttled', 'the service asks for a pause'],
    ['check --no-history', 'health refused', 'a required check could not be made, and the others were'],
    ['check --no-history --fail-on never', 'health refused', 'what was not seen is not silenced'],
    ['check --no-history', 'throttled', 'the service asks for a pause'],
    ['queue', 'throttled', 'the service asks for a pause'],
    ['health', 'throttled', 'the service asks for a pause'],
    ['connectors', 'throttled', 'the service asks for a pause'],
    ['trace --via graph', 'throttled', 'the service asks for a pause'],
    ['status --timeout 1s', 'nobody listens', 'our own way there is shut, which is no news of mail'],
    ['queue --timeout 1s', 'nobody listens', 'the same'],
    ['health --timeout 1s', 'nobody listens', 'the same'],
    ['connectors --timeout 1s', 'nobody listens', 'the same'],
    ['trace --timeout 1s', 'nobody listens', 'the same'],
    ['trace show 00000000-0000-4000-8000-000000000000 --timeout 1s', 'nobody listens', 'the same'],
    ['health messages --timeout 1s', 'nobody listens', 'the same'],
    ['health show MO1221364 --timeout 1s', 'nobody listens', 'the same'],
    ['trace --max-requests 1', 'outage', 'details that were planned were not read'],
    ['trace --drill=calm --max-requests 1 --drill-exit', 'no sign-in', 'as without a drill'],
  ]),
  ...rows(4, [
    ['status', 'no sign-in', 'nobody is signed in'],
    ['check --no-history', 'no sign-in', 'nobody is signed in'],
    ['queue', 'no sign-in', 'nobody is signed in'],
    ['health', 'no sign-in', 'nobody is signed in'],
    ['connectors', 'no sign-in', 'nobody is signed in'],
    ['connectors probe', 'no sign-in', 'nobody is signed in, and no host is named'],
    ['trace', 'no sign-in', 'nobody is signed in'],
    ['trace show <a1@contoso.example>', 'no sign-in', 'nobody is signed in'],
    ['health show MO1221364', 'no sign-in', 'nobody is signed in'],
    ['health messages', 'no sign-in', 'nobody is signed in'],
    ['status --via graph', 'Graph refused', 'both that it needs are refused'],
    ['queue --via graph', 'trace refused', 'a permission is missing'],
    ['trace --via graph', 'trace refused', 'a permission is missing'],
    ['health', 'Graph refused', 'a permission is missing'],
    ['connectors', 'Exchange refused', 'a role is missing'],
    ['status', 'plain http', 'a token never travels in the clear'],
    ['connectors', 'plain http', 'a token never travels in the clear'],
  ]),
  ...rows(64, [
    ['stattus', 'calm', 'no such command'],
    ['help outrage', 'calm', 'no such page'],
    ['status --sinse 4h', 'calm', 'no such flag'],
    ['status --since soon', 'calm', 'no such time'],
    ['check --explain moon', 'calm', 'no such check'],
    ['queue --older much', 'calm', 'no such age'],
    ['health --fail-on maybe', 'calm', 'no such level'],
    ['connectors --format xml', 'calm', 'no such format'],
    ['connectors probe --host mail.contoso.example:80', 'calm', 'no port of mail'],
    ['relay --by moon', 'calm', 'no such column'],
    ['trace --limit -1', 'calm', 'no such number'],
    ['trace show', 'calm', 'nothing to show'],
    ['health show', 'calm', 'nothing to show'],
    ['explain', 'no sign-in', 'nothing to explain'],
    ['quota --quota none', 'no sign-in', 'no such number'],
    ['drill august', 'no sign-in', 'no such scenario'],
    ['status --drill-exit', 'calm', 'means nothing without a drill'],
    ['status --output json=no-such-folder/status.json', 'calm', 'cannot be written, told before it is asked'],
  ]),
  ...rows(65, [
    ['status --file missing.csv', 'calm', 'is not there'],
    ['queue --file missing.csv', 'calm', 'is not there'],
    ['relay --file missing.log', 'calm', 'is not there'],
    ['explain --file missing.eml', 'no sign-in', 'is not there'],
    [`trace --file ${NO_EXPORT}`, 'calm', 'is no export'],
    ['trace --file .', 'calm', 'is a folder'],
    [`queue --policy ${WRONG_POLICY}`, 'calm', 'is no policy'],
    [`check --policy ${WRONG_POLICY}`, 'calm', 'is no policy'],
    ['check --policy missing.yaml', 'calm', 'is not there'],
    ['queue --policy missing.json', 'calm', 'is not there'],
    ['explain --batch', 'no sign-in', 'a line was broken, and all others are answered', BROKEN_BATCH],
  ]),
];

/** What a plugin says with a code of its own, of which there are four: where mailcheck has another, it could not tell. */
const PLUGIN: readonly Row[] = [
  ...rows(0, [
    ['status --format nagios', 'calm', 'OK'],
    ['check --no-history --format nagios', 'calm', 'OK'],
    ['status --format nagios --fail-on never', 'outage', 'OK, for it does not count'],
    ['status --format nagios --drill=january-2026 --at 14:50', 'no sign-in', 'OK, for a drill that ran'],
  ]),
  ...rows(1, [['connectors --format nagios', 'neglected set-up', 'WARNING']]),
  ...rows(2, [
    ['status --format nagios', 'outage', 'CRITICAL'],
    ['check --no-history --format nagios', 'outage', 'CRITICAL'],
  ]),
  ...rows(3, [
    ['status --format nagios', 'health refused', 'UNKNOWN: a part was not seen'],
    ['status --format nagios', 'no sign-in', 'UNKNOWN, not 4'],
    ['check --no-history --format nagios', 'no sign-in', 'UNKNOWN, not 4'],
    ['status --format nagios --sinse 4h', 'calm', 'UNKNOWN, not 64'],
    ['stattus --format nagios', 'calm', 'UNKNOWN, not 64'],
    ['status --format nagios --file missing.csv', 'calm', 'UNKNOWN, not 65'],
    [`check --format nagios --policy ${WRONG_POLICY}`, 'calm', 'UNKNOWN, not 65'],
  ]),
];

const PLUGIN_WORDS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

/** Blanks part words; an underscore stands for one within a word. */
function wordsOf(line: string): string[] {
  return line.split(' ').map((word) => (word.startsWith('/') ? word : word.replaceAll('_', ' ')));
}

const TIME = 90_000;

describe('what each command says with its code', () => {
  test.concurrent.each(TABLE)(
    '$code: $run ($at): $why',
    async ({ code, run: line, at, input }) => {
      const run = await runMailcheck(wordsOf(line), {
        ...{ env: await environmentAt(at), cwd: FOLDER },
        ...(input === undefined ? {} : { input }),
      });
      expect([run.exitCode, code === run.exitCode ? '' : run.stderr + run.stdout.slice(0, 2000)]).toEqual([
        code,
        '',
      ]);
    },
    TIME,
  );

  test.concurrent.each(PLUGIN)(
    'a plugin: $code: $run ($at): $why',
    async ({ code, run: line, at }) => {
      const run = await runMailcheck(wordsOf(line), { env: await environmentAt(at), cwd: FOLDER });
      expect([run.exitCode, run.stdout.split(' ')[1], run.stderr]).toEqual([code, PLUGIN_WORDS[code], '']);
    },
    TIME,
  );

  test('every code of the table is there, and none beside it', () => {
    expect(new Set([...TABLE.map(({ code }) => code), BUG, ...SIGNALS.map(([, code]) => code)])).toEqual(
      new Set([0, 1, 2, 3, 4, 64, 65, 70, 130, 143]),
    );
  });
});

/** The window is told before anything is asked, so the answer is still to come; a plugin speaks once, with its answer. */
function onceItSpeaks(breakage: string): string {
  return `let isBroken = false;
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream;
      stream.write = (...given) => {
        if (!isBroken) setTimeout(() => { ${breakage} });
        isBroken = true;
        return write.apply(stream, given);
      };
    }`;
}

/** What a product can never do on purpose: something that Node.js promises breaks before or beside its work. */
const BREAKAGES = {
  'in its way': 'Date.prototype.toISOString = () => { throw new TypeError("broken"); };',
  'beside its work': onceItSpeaks('throw new TypeError("broken");'),
  'in a promise of nobody': onceItSpeaks('void Promise.reject(new TypeError("broken"));'),
} as const;

const BUG = 70;

/** Who is sent the report has no other means to find the place. */
const REPORT =
  /^ {2}Please report it with the command that you ran and this: mailcheck \d+\.\d+\.\d+, Node\.js [\d.]+ on \w+, at (?:[\w.-]+\.cjs:\d+:\d+(?: < |\.$)){1,3}/mu;

describe('70: a bug of ours, which is never taken for a verdict', () => {
  test.concurrent.each<[keyof typeof BREAKAGES, string, string]>([
    ['in its way', 'status --drill=calm', 'while it answers'],
    ['in its way', 'trace --drill=calm --sample none --format json', 'while it answers'],
    ['in its way', 'health --drill=calm --drill-exit', 'while it answers'],
    ['in its way', 'queue --drill=january-2026 --drill-exit', 'not 2, for nothing was judged'],
    ['beside its work', 'status --drill=calm', 'the answer is there, and is none to rely on'],
    ['in a promise of nobody', 'queue --drill=calm', 'the answer is there, and is none to rely on'],
  ])(
    '%s: %s: %s',
    async (where, line) => {
      const preload = file(`${where.replaceAll(' ', '-')}.cjs`, BREAKAGES[where]);
      const run = await runMailcheck(wordsOf(line), { env: { NODE_OPTIONS: `--require=${preload}` } });
      expect(run.exitCode).toBe(BUG);
      expect(run.stderr.match(/^mailcheck: bug: broken$/gmu)).toHaveLength(1);
      expect(run.stderr).toMatch(REPORT);
      expect(run.stderr).not.toMatch(/\n\s+at /u);
    },
    TIME,
  );
});

test.concurrent.each(Object.keys(BREAKAGES) as (keyof typeof BREAKAGES)[])(
  'a plugin: 3: a bug %s',
  async (where) => {
    const preload = file(`plugin-${where.replaceAll(' ', '-')}.cjs`, BREAKAGES[where]);
    const env = { NODE_OPTIONS: `--require=${preload}` };
    const run = await runMailcheck(['status', '--drill=calm', '--format', 'nagios'], { env });
    expect([run.exitCode, run.stderr]).toEqual([3, '']);
    expect(run.stdout).toMatch(/^MAILCHECK UNKNOWN - bug: broken \| level=3;;;0;3$/mu);
  },
  TIME,
);

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

const TELLS_THAT_IT_READS = `const { on } = process.stdin;
  process.stdin.on = function (event, listener) {
    if (event === 'readable') setImmediate(() => process.stderr.write('READS\\n'));
    return on.call(this, event, listener);
  };`;

/** A service that takes every question and never answers; resolves `asked` with the first. */
async function silentService(): Promise<{ readonly origin: string; readonly asked: Promise<void> }> {
  let tell: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const server = await startScriptedServer(() => {
    tell();
    return { silent: true };
  });
  open.push(server);
  return { origin: server.origin, asked };
}

describe('130 and 143: stopped by somebody', () => {
  const waiting = [
    'check --no-history',
    'status',
    'queue',
    'health',
    'connectors',
    'trace',
    'health messages',
    'health show MO1221364',
  ];

  test.concurrent.each(waiting.flatMap((line) => SIGNALS.map(([signal, code]) => ({ line, signal, code }))))(
    '$code: $line, by $signal while it waits for an answer',
    async ({ line, signal, code }) => {
      const { origin, asked } = await silentService();
      const child = startMailcheck(wordsOf(line), {
        env: {
          ...{ MAILCHECK_GRAPH_URL: origin, MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
          ...{ MAILCHECK_EXCHANGE_URL: origin, MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN },
          AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
        },
      });
      await asked;
      expect(await codeAfter(child, signal)).toBe(code);
    },
    TIME,
  );

  test.concurrent.each(SIGNALS)(
    'drill, which has no other end: %s',
    async (signal, code) => {
      const child = startMailcheck(['drill', 'calm']);
      await saying(child.stderr, 'Serving until Ctrl-C.');
      expect(await codeAfter(child, signal)).toBe(code);
    },
    TIME,
  );

  test.concurrent.each(SIGNALS)(
    'explain --batch, whose input does not end: %s',
    async (signal, code) => {
      const child = startMailcheck(['explain', '--batch']);
      // As much as is gathered before it is printed.
      child.stdin?.write(GOOD_BATCH.repeat(500));
      await saying(child.stdout, '"id":1');
      expect(await codeAfter(child, signal)).toBe(code);
    },
    TIME,
  );

  // Once: a process that starts while another test writes it anew reads half of it, and says nothing.
  const preload = file('tells-that-it-reads.cjs', TELLS_THAT_IT_READS);
  const reading = ['explain -', 'explain --file -', 'relay --file -', 'trace --file -', 'status --file -'];
  test.concurrent.each(reading.flatMap((line) => SIGNALS.map(([signal, code]) => ({ line, signal, code }))))(
    '$code: $line, whose input never comes, by $signal',
    async ({ line, signal, code }) => {
      const child = startMailcheck(wordsOf(line), { env: { NODE_OPTIONS: `--require=${preload}` } });
      await saying(child.stderr, 'READS');
      expect(await codeAfter(child, signal)).toBe(code);
    },
    TIME,
  );

  test.concurrent.each(SIGNALS)(
    'relay, whose queue program hangs: %s',
    async (signal, code) => {
      const here = file(`${signal}.started`, '');
      const program = `'${process.execPath}' -e "require('fs').writeFileSync('${here}', 'x'); setInterval(() => {}, 9)"`;
      const child = startMailcheck(['relay', '--run', program]);
      const started = watch(here)[Symbol.asyncIterator]();
      await started.next();
      expect(await codeAfter(child, signal)).toBe(code);
    },
    TIME,
  );
});

async function codeAfter(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.stdout?.resume();
  child.stderr?.resume();
  child.kill(signal);
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/** Resolves when the stream has said so. */
async function saying(stream: Readable | null, words: string): Promise<void> {
  let said = '';
  for await (const chunk of stream?.iterator({ destroyOnReturn: false }) ?? []) {
    said += String(chunk);
    if (said.includes(words)) return;
  }
  throw new Error(`never said "${words}": ${said}`);
}
