import { expect, test } from 'vitest';

import { storeFolder } from '#settings/store-place.js';

test.each<[string, Record<string, string>, string, string]>([
  ['where the system wants it', {}, 'linux', '/home/ann/.local/state/mailcheck'],
  ['where the user wants state', { XDG_STATE_HOME: '/var/ann' }, 'linux', '/var/ann/mailcheck'],
  [
    'a path that is not absolute is none',
    { XDG_STATE_HOME: 'state' },
    'darwin',
    '/home/ann/.local/state/mailcheck',
  ],
  [
    'what mailcheck was told is stronger',
    { MAILCHECK_HOME: '/srv/mc', XDG_STATE_HOME: '/x' },
    'linux',
    '/srv/mc',
  ],
  ['empty counts as absent', { MAILCHECK_HOME: ' ' }, 'linux', '/home/ann/.local/state/mailcheck'],
  [
    'Windows',
    { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' },
    'win32',
    'C:\\Users\\ann\\AppData\\Local\\mailcheck',
  ],
])('%s', (_why, environment, platform, folder) => {
  expect(storeFolder(environment, { platform, homeFolder: '/home/ann' })).toBe(folder);
});
