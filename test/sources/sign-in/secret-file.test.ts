import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Exposure, exposureOf, type FileFacts } from '#sources/sign-in/file-exposure.js';
import { ownUid, readSecretFile } from '#sources/sign-in/secret-file.js';

const ANN = 1000;
const BOB = 1001;
const ROOT = 0;

interface Case {
  readonly mode: number;
  readonly owner: number;
  readonly own: number | null;
  readonly isReadOnly?: boolean;
  readonly is: 'good' | 'read' | 'written' | 'foreign';
  readonly why: string;
}

const CASES: readonly Case[] = [
  { mode: 0o600, owner: ANN, own: ANN, is: 'good', why: 'as everybody recommends' },
  { mode: 0o400, owner: ANN, own: ANN, is: 'good', why: 'not even we write it' },
  { mode: 0o644, owner: ANN, own: ANN, is: 'read', why: 'an oversight; one chmod cures it' },
  { mode: 0o640, owner: ANN, own: ANN, is: 'read', why: 'a group is others as well' },
  { mode: 0o444, owner: ANN, own: ANN, is: 'read', why: 'ours to narrow, though nobody writes it' },
  { mode: 0o604, owner: ANN, own: ANN, is: 'read', why: 'others without the group' },
  { mode: 0o620, owner: ANN, own: ANN, is: 'written', why: 'the group could put a secret of theirs there' },
  { mode: 0o602, owner: ANN, own: ANN, is: 'written', why: 'anybody could' },
  { mode: 0o666, owner: ANN, own: ANN, is: 'written', why: 'worse goes before bad' },
  { mode: 0o600, owner: BOB, own: ANN, is: 'foreign', why: 'Bob chooses what we sign in with' },
  { mode: 0o444, owner: BOB, own: ANN, isReadOnly: true, is: 'foreign', why: 'on any mount' },
  { mode: 0o444, owner: ROOT, own: ANN, is: 'good', why: 'a secret of Docker, where the app is no root' },
  { mode: 0o644, owner: ROOT, own: ANN, is: 'good', why: 'a secret of Kubernetes as it is by default' },
  { mode: 0o440, owner: ROOT, own: ANN, is: 'good', why: 'LoadCredential of systemd; fsGroup of a pod' },
  { mode: 0o664, owner: ROOT, own: ANN, is: 'written', why: 'root let a group change it' },
  { mode: 0o444, owner: ROOT, own: ROOT, isReadOnly: true, is: 'good', why: 'the same two, where the app' },
  { mode: 0o644, owner: ROOT, own: ROOT, isReadOnly: true, is: 'good', why: 'runs as root' },
  { mode: 0o644, owner: ANN, own: ANN, isReadOnly: true, is: 'good', why: 'a file of a host in a container' },
  { mode: 0o646, owner: ROOT, own: ROOT, isReadOnly: true, is: 'written', why: 'another mount may write it' },
  { mode: 0o644, owner: ROOT, own: ROOT, is: 'read', why: 'a server where root left it open' },
  { mode: 0o666, owner: BOB, own: null, is: 'good', why: 'Windows has other means, and tells no modes' },
];

const WORDS = {
  good: /^null$/u,
  read: /^can be read by others \(mode \d{3}\)$/u,
  written: /^can be written by others \(mode \d{3}\)$/u,
  foreign: /^belongs to another user$/u,
};

describe('who may read a secret beside us', () => {
  test.each(CASES)(
    '$mode of $owner to $own (read-only: $isReadOnly) is $is: $why',
    ({ mode, owner, own, isReadOnly = false, is }) => {
      expect(String(exposureOf({ mode, uid: owner, isReadOnly }, { own, readers: 'placed-there' }))).toMatch(
        WORDS[is],
      );
    },
  );

  const facts: fc.Arbitrary<FileFacts> = fc.record({
    mode: fc.integer({ min: 0, max: 0o777 }),
    uid: fc.constantFrom(ROOT, ANN, BOB),
    isReadOnly: fc.boolean(),
  });
  const own = fc.constantFrom(ROOT, ANN);

  test('what others may change is never taken, whoever owns it and wherever it lies', () => {
    const readers: fc.Arbitrary<Exposure['readers']> = fc.constantFrom('nobody', 'placed-there', 'everybody');
    fc.assert(
      fc.property(facts, own, readers, (file, uid, who) => {
        fc.pre((file.mode & 0o022) !== 0);
        expect(exposureOf(file, { own: uid, readers: who })).not.toBeNull();
      }),
    );
  });

  test('whoever admits more readers refuses nothing that who admits fewer takes', () => {
    fc.assert(
      fc.property(facts, own, (file, uid) => {
        const [none, placed, all] = (['nobody', 'placed-there', 'everybody'] as const).map(
          (readers) => exposureOf(file, { own: uid, readers }) === null,
        );
        expect(none === true && placed === false).toBe(false);
        expect(placed === true && all === false).toBe(false);
      }),
    );
  });
});

describe('reading it', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-secret-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const SECRET = 'canary~secret-5b1d';
  const read = (path: string): Promise<unknown> =>
    readSecretFile(path, { what: 'The secret file' }).catch((error: unknown) => error);

  async function written(text: string, mode = 0o600): Promise<string> {
    const path = join(folder, 'secret');
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  }

  test.each([
    [SECRET, 'as it is'],
    [`${SECRET}\n`, 'with the line end of an editor'],
    [`\uFEFF ${SECRET}\r\n`, 'as Windows writes it'],
  ])('%j: %s', async (text) => {
    expect(await read(await written(text))).toBe(SECRET);
  });

  test.each([
    ['', 0o600, /is empty/u, /Put the secret in it/u],
    ['x'.repeat(65 * 1024), 0o600, /larger than 64 KiB/u, /holds the secret alone/u],
    [SECRET, 0o644, /can be read by others \(mode 644\)/u, /chmod 600 .*, and renew what it holds/u],
    [SECRET, 0o622, /can be written by others \(mode 622\)/u, /chmod 600/u],
  ])('%# is refused, and what is in it is not told', async (text, mode, message, remedy) => {
    const failure = await read(await written(text, mode));
    expect(failure).toMatchObject({
      kind: 'configuration',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(JSON.stringify(failure)).not.toContain(SECRET);
  });

  test.runIf(ownUid() === ROOT)(
    'what is of another user becomes ours before its mode can be right',
    async () => {
      const path = join(folder, 'of-another');
      await writeFile(path, SECRET, { mode: 0o600 });
      await chown(path, BOB, BOB);
      expect(await read(path)).toMatchObject({
        message: expect.stringMatching(/belongs to another user/u) as string,
        remedy: expect.stringMatching(/chown .*, and renew what it holds/u) as string,
      });
    },
  );

  test('what is no file is refused', async () => {
    const sub = join(folder, 'sub');
    await mkdir(sub);
    expect(await read(sub)).toMatchObject({ message: expect.stringMatching(/no regular file/u) as string });
    expect(await read(join(folder, 'none'))).toMatchObject({
      message: expect.stringMatching(/cannot be read/u) as string,
    });
  });
});
