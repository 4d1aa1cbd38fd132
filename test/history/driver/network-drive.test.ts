import { tmpdir } from 'node:os';

import { expect, test } from 'vitest';

import { networkDriveName, networkDriveOf } from '#history/driver/network-drive.js';

test.each([
  ['the usual', 0x6969, 'NFS'],
  ['as an unsigned number', 0xfe534d42, 'SMB'],
  ['as a signed one', 0xfe534d42 | 0, 'SMB'],
  ['ext4', 0xef53, null],
  ['tmpfs', 0x01021994, null],
])('%s: %i is %s', (_what, type, name) => {
  expect(networkDriveName(type)).toBe(name);
});

test('a folder that is not there is told by whoever opens it', async () => {
  expect(await networkDriveOf(`${tmpdir()}/mailcheck-none`)).toBeNull();
});
