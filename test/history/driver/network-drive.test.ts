import { tmpdir } from 'node:os';

import { expect, test } from 'vitest';

import { networkDriveName, networkDriveOf } from '#history/driver/network-drive.js';

test.each([
  [0x6969, 'NFS', 'the usual'],
  [0xfe534d42, 'SMB', 'as an unsigned number'],
  [0xfe534d42 | 0, 'SMB', 'as a signed one'],
  [0xef53, null, 'ext4'],
  [0x01021994, null, 'tmpfs'],
])('%i is %s: %s', (type, name) => {
  expect(networkDriveName(type)).toBe(name);
});

test('a folder that is not there is told by whoever opens it', async () => {
  expect(await networkDriveOf(`${tmpdir()}/mailcheck-none`)).toBeNull();
});
