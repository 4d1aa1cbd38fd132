import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { FileTraceOptions } from '#sources/files/file-trace-source.js';

import { type Culture, CULTURES, CULTURES_WITHOUT_A_SIGN } from '../../generator/culture.js';
import { encodeText, type Encoding, ENCODINGS } from '../../generator/encoding.js';
import {
  expectedCounts,
  EXPORT_KINDS,
  type ExportKind,
  type ExportStyle,
  PLAIN_STYLE,
  writeExport,
} from '../../generator/exports.js';
import { population } from '../../generator/population.js';
import { countsByStatus, readPaths } from './read-export.js';

const messages = [
  ...population({
    seed: 2026,
    messages: 150,
    newest: new Date('2026-06-20T09:30:00Z'),
    stepSeconds: 7_200,
    maxRecipients: 4,
    awkward: true,
  }),
];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-kinds-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readBack(
  kind: ExportKind,
  style: Partial<ExportStyle>,
  encoding: Encoding,
  options: Partial<FileTraceOptions> = {},
) {
  const pieces = [...encodeText(writeExport(kind, messages, { ...PLAIN_STYLE, ...style }), encoding)];
  const path = join(
    folder,
    `${kind}-${encoding}-${style.culture ?? 'iso'}-${style.delimiter === '\t' ? 'tab' : String(style.delimiter)}.txt`,
  );
  await writeFile(path, Buffer.concat(pieces));
  return readPaths([path], { temporaryDirectory: folder, ...options });
}

const sorted = (counts: ReadonlyMap<string, number>) => [...counts].sort();

describe('every kind in every encoding', () => {
  const cases = EXPORT_KINDS.flatMap((kind) => ENCODINGS.map((encoding) => [kind, encoding] as const));

  test.each(cases)('%s in %s gives the counts of its generator', async (kind, encoding) => {
    const { entries, gaps } = await readBack(kind, {}, encoding);
    expect(gaps).toEqual([]);
    expect(sorted(countsByStatus(entries))).toEqual(sorted(expectedCounts(kind, messages)));
  });
});

describe('every culture', () => {
  const kinds = ['summary', 'powershell-list', 'powershell-detail', 'tracking-log-export'] as const;
  const cultures = Object.keys(CULTURES) as Culture[];
  const cases = kinds.flatMap((kind) => cultures.map((culture) => [kind, culture] as const));

  test.each(cases)('%s written in %s gives the instants of its generator', async (kind, culture) => {
    const { entries } = await readBack(kind, { culture }, 'utf-8');
    const byKey = new Map(
      messages.flatMap((message) => message.recipients.map(({ address }) => [address, message])),
    );
    expect(sorted(countsByStatus(entries))).toEqual(sorted(expectedCounts(kind, messages)));
    for (const entry of entries) {
      const message = byKey.get(entry.recipient.replace('member.of.', ''));
      if (entry.recipient.startsWith('member.of.')) continue;
      expect(Math.floor(entry.receivedAt.getTime() / 1000)).toBe(
        Math.floor(message!.receivedAt.getTime() / 1000),
      );
    }
  });

  test.each(['Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Australia/Lord_Howe'])(
    'a Summary in the wall time of %s gives instants',
    async (timeZone) => {
      const options = { fileTimeZone: timeZone };
      const { entries, notes } = await readBack('summary', { culture: 'de-DE', timeZone }, 'utf-8', options);
      const expected = messages.flatMap((message) =>
        message.recipients.map(() => message.receivedAt.toISOString()),
      );
      expect(entries.map((entry) => entry.receivedAt.toISOString())).toEqual(expected);
      expect(notes.join()).not.toContain('--file-time-zone');
    },
  );

  test('the cultures named as without a sign are those that need a second look', () => {
    expect([...CULTURES_WITHOUT_A_SIGN].every((culture) => culture in CULTURES)).toBe(true);
  });
});

describe('every delimiter', () => {
  const kinds = ['summary', 'enhanced-summary', 'extended', 'powershell-list', 'powershell-detail'] as const;
  const cases = kinds.flatMap((kind) => [',', ';', '\t'].map((delimiter) => [kind, delimiter] as const));

  test.each(cases)('%s separated by %j', async (kind, delimiter) => {
    const style = { delimiter: delimiter as ',' | ';' | '\t', newline: '\n', typeLine: true } as const;
    const { entries, gaps } = await readBack(kind, style, 'utf-8');
    expect(gaps).toEqual([]);
    expect(sorted(countsByStatus(entries))).toEqual(sorted(expectedCounts(kind, messages)));
  });
});

test('facts of a PowerShell list come through unchanged, line breaks and quotes too', async () => {
  const { entries } = await readBack('powershell-list', {}, 'utf-16le');
  const expected = messages.flatMap((message) =>
    message.recipients.map((recipient) => ({
      messageTraceId: message.traceId,
      messageId: message.messageId,
      sender: message.sender,
      recipient: recipient.address,
      subject: message.subject === '' ? null : message.subject,
      receivedAt: message.receivedAt,
      sizeBytes: message.sizeBytes,
      fromIp: message.fromIp,
      toIp: null,
      status: recipient.status,
      directionHint: null,
      events: null,
    })),
  );
  expect(entries).toEqual(expected);
});

test('replies joined in one row of an Extended report come apart again, recipient by recipient', async () => {
  const { entries } = await readBack('extended', {}, 'utf-16le');
  const replies = new Map(entries.map((entry) => [entry.recipient, entry.events?.at(-1)?.description]));
  const failed = messages
    .flatMap((message) => message.recipients)
    .filter(({ status }) => status === 'Failed');
  expect(failed.length).toBeGreaterThan(10);
  for (const { address, reply } of failed) expect(replies.get(address)).toBe(reply);
});

test('events of an Extended report stand in causal order and without the bookkeeping of the service', async () => {
  const { entries } = await readBack('extended', {}, 'utf-8');
  for (const { events } of entries) {
    const times = events?.map((event) => event.at.getTime()) ?? [];
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(events?.map((event) => event.event)).not.toContain('AGENTINFO');
  }
});

test.each(ENCODINGS)('%s keeps the letters beyond ASCII', async (encoding) => {
  const { entries } = await readBack('powershell-list', {}, encoding);
  expect(entries.some((entry) => entry.subject === 'Größe der Käfige €')).toBe(true);
});
