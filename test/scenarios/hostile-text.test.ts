/**
 * Why: subjects, addresses and replies are written by strangers; on a screen, in a sheet, in a ticket and in a build
 * log they must be text and nothing else, and a script must get them back as they were. Tenant: every hostile text as
 * subject, sender, recipient and reply; the same as an export. Requests: the list, then details.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { SimulatedDelivery } from '#simulator/population/delivery.js';

import {
  buildCommandsIn,
  HOSTILE_TEXTS,
  invisibleIn,
  strayEmojiParts,
  withoutOwnColour,
} from '../render/hostile.js';
import { event, numberedId } from '../simulator/population.js';
import { traceOf } from './read-answer.js';
import { cellsOf } from './read-csv.js';
import type { Run } from './run-mailcheck.js';
import { runMailcheck } from './run-mailcheck.js';
import type { ServedTenant } from './serve-tenant.js';
import { rowAt, serveTenant, thisSecond } from './serve-tenant.js';

/** As a decoder of UTF-8 shows half a character. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD');

function hostileMail(now: Date): readonly SimulatedDelivery[] {
  return HOSTILE_TEXTS.map((text, index) => {
    const reason = {
      ...{ lastError: `550 5.7.1 ${text}`, message: text, fqdn: text, ip: text },
      ...{ lastRetryAt: null, trailer: text },
    };
    return rowAt(now, 60 + index, {
      id: numberedId(index),
      messageId: `<${text}@mail.fabrikam.example>`,
      subject: text,
      sender: `${text}@fabrikam.example`,
      recipient: `${text}@contoso.example`,
      fromIp: text,
      status: index % 3 === 0 ? 'failed' : 'pending',
      events: () => [
        event({ at: now, event: index % 3 === 0 ? 'Fail' : 'Defer', description: text, reason }),
      ],
    });
  });
}

let tenant: ServedTenant;
let folder = '';
beforeAll(async () => {
  const now = thisSecond();
  const odd = HOSTILE_TEXTS.map((text, index) =>
    rowAt(now, 10 + index / 60, { id: numberedId(900 + index), status: text === '' ? 'x' : text }),
  );
  tenant = await serveTenant(now, [...hostileMail(now), ...odd], { quirks: { quota: null } });
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  await writeFile(join(folder, 'graph.json'), JSON.stringify({ value: graphRows() }));
  await writeFile(join(folder, 'trace.csv'), powershellExport());
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

function graphRows(): readonly object[] {
  return HOSTILE_TEXTS.map((text, index) => ({
    id: numberedId(index),
    messageId: `<${text}@mail.fabrikam.example>`,
    senderAddress: `${text}@fabrikam.example`,
    recipientAddress: `${text}@contoso.example`,
    subject: text,
    receivedDateTime: `2026-06-02T14:${String(index % 60).padStart(2, '0')}:00Z`,
    status: index % 2 === 0 ? 'failed' : text,
    size: 1000,
    fromIP: text,
    toIP: null,
  }));
}

function powershellExport(): string {
  const quoted = (text: string): string => `"${wellFormed(text).replaceAll('"', '""')}"`;
  const lines = HOSTILE_TEXTS.map((text, index) =>
    [
      ...['contoso.example', `<${text}@mail.fabrikam.example>`],
      `2026-06-02T14:${String(index % 60).padStart(2, '0')}:00.0000000Z`,
      ...[`${text}@fabrikam.example`, `${text}@contoso.example`, text, 'Failed', text, text, '1000'],
      numberedId(index),
    ].map(quoted),
  );
  const head = [
    ...['Organization', 'MessageId', 'Received', 'SenderAddress', 'RecipientAddress', 'Subject', 'Status'],
    ...['ToIP', 'FromIP', 'Size', 'MessageTraceId'],
  ];
  return [head, ...lines].map((cells) => cells.join(',')).join('\r\n');
}

const ASK: Readonly<Record<string, readonly string[]>> = {
  'a live service': ['trace', '--sample', 'all'],
  'a saved answer': ['trace', '--file', 'graph.json'],
  'an export': ['trace', '--file', 'trace.csv'],
};
const SOURCES = Object.keys(ASK);

function ask(source: string, ...more: readonly string[]): Promise<Run> {
  return runMailcheck([...(ASK[source] ?? []), ...more], { cwd: folder, env: tenant.env });
}

/** CR LF ends a line of CSV. */
function expectHarmless(text: string): void {
  const lines = text.replaceAll('\r\n', '\n');
  expect(invisibleIn(lines)).toEqual([]);
  expect(strayEmojiParts(lines)).toEqual([]);
  expect(buildCommandsIn(text)).toEqual([]);
}

describe.each(SOURCES)('%s', (source) => {
  test.each([
    [['--format', 'table', '--limit', '200']],
    [['--format', 'table', '--limit', '200', '--color', 'always']],
    [['--format', 'csv']],
    [['--format', 'markdown', '--limit', '200']],
  ])('%j shows nothing that acts', async (args) => {
    const run = await ask(source, ...args);
    expect([run.exitCode, run.stdout.includes('Not seen')]).toEqual([0, false]);
    expect(run.stdout.length).toBeGreaterThan(3000);
    expectHarmless(withoutOwnColour(run.stdout));
    expectHarmless(withoutOwnColour(run.stderr));
  });

  test('no cell of a sheet is a formula', async () => {
    const { stdout } = await ask(source, '--format', 'csv');
    const rows = cellsOf(stdout);
    expect(rows.length).toBeGreaterThanOrEqual(HOSTILE_TEXTS.length);
    expect(new Set(rows.map((cells) => cells.length)).size).toBe(1);
    expect(rows.flat().filter((cell) => /(?:^|[\n;,])[\s"]*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
  });

  test.each([['json'], ['ndjson']])('%s is harmless and parses back to what it was', async (format) => {
    const { stdout } = await ask(source, '--format', format);
    expectHarmless(stdout);
    const rows =
      format === 'json'
        ? traceOf({ stdout, stderr: '', exitCode: 0 }).data
        : stdout.split('\n').flatMap((line) => subjectsOf(line));
    const subjects = new Set(rows.map((row) => row.subject));
    const unread = HOSTILE_TEXTS.filter((text) => !subjects.has(wellFormed(text)));
    // A cell of an export is read without NUL, without blanks at its ends, and with one kind of line end.
    const isChanged = (text: string): boolean => source === 'an export' && /[\r\n\0]|^\s|\s$/u.test(text);
    expect(unread.filter((text) => !isChanged(text))).toEqual([]);
  });
});

function subjectsOf(line: string): readonly { readonly subject: string }[] {
  if (line === '') return [];
  const value = JSON.parse(line) as { subject?: string };
  return value.subject === undefined ? [] : [{ subject: value.subject }];
}

test.each([
  ['table', ['trace', 'show', numberedId(0), '--since', '1d']],
  ['a failed search', ['trace', 'show', '\u001b[2J::error::x']],
])('one message: %s', async (_, args) => {
  const run = await runMailcheck(args, { env: tenant.env });
  expectHarmless(run.stdout);
  expectHarmless(run.stderr);
});

test('what a stranger wrote to the helpdesk is explained without harm', async () => {
  const runs = await Promise.all(
    ['table', 'csv', 'markdown', 'json'].map((format) =>
      runMailcheck(['explain', '-', '--format', format], {
        input: HOSTILE_TEXTS.map((text) => wellFormed(text)).join(' '),
      }),
    ),
  );
  for (const run of runs) {
    expect(run.exitCode).toBe(0);
    expectHarmless(run.stdout);
  }
});

test('our own words about a wrong flag repeat it without harm', async () => {
  const texts = HOSTILE_TEXTS.filter((text) => !text.includes('\u0000'));
  for (const text of texts.slice(0, 12)) {
    const run = await runMailcheck(['trace', '--since', text]);
    expect(run.exitCode).toBe(64);
    expectHarmless(run.stderr);
  }
});
