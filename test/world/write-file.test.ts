import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { writeFile as writeWhole } from '../../src/world/write-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('writes a file, and leaves nothing else behind', async () => {
  const path = join(folder, 'policy.yaml');
  await writeWhole(path, 'version: 1\n', { mayReplace: false });
  expect(await readFile(path, 'utf8')).toBe('version: 1\n');
  expect(await readdir(folder)).toEqual(['policy.yaml']);
});

test('replaces one only where it may', async () => {
  const path = join(folder, 'policy.yaml');
  await writeFile(path, 'mine\n');
  await expect(writeWhole(path, 'new\n', { mayReplace: false })).rejects.toMatchObject({
    kind: 'usage',
    message: `${path} is there already.`,
    remedy: 'Name another file, or give --force to replace it.',
  });
  expect(await readFile(path, 'utf8')).toBe('mine\n');
  await writeWhole(path, 'new\n', { mayReplace: true });
  expect(await readFile(path, 'utf8')).toBe('new\n');
});

test('a link that leads nowhere is there, too', async () => {
  const path = join(folder, 'policy.yaml');
  await symlink(join(folder, 'gone'), path);
  await expect(writeWhole(path, 'new\n', { mayReplace: false })).rejects.toMatchObject({ kind: 'usage' });
});

test('a folder that there is not is told', async () => {
  await expect(
    writeWhole(join(folder, 'no', 'policy.yaml'), '', { mayReplace: false }),
  ).rejects.toMatchObject({
    kind: 'usage',
  });
});
