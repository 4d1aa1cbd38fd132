/** Saved mails from files, folders and standard input. Only regular files are opened: a device or pipe may never end. */
import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { InputMail } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { MboxSplitter } from '#mailflow/mime/mbox.js';
import { MIME_LIMITS } from '#mailflow/mime/scan-mime.js';

import { standardInput } from './standard-input.js';

/** One byte more than is judged tells that there was more. */
const MOST_BYTES = MIME_LIMITS.bytes + 1;
const MAIL_NAME = /\.(?:eml|mbox|mbx)$/i;

export async function readMail(path: string, signal: AbortSignal): Promise<InputMail> {
  const found = await lookAt(path);
  if (!found.isFile()) throw unusable(path, 'is no regular file', 'Name a saved mail, as report.eml');
  if (found.size < MOST_BYTES) return { name: path, bytes: await readWhole(path) };
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOfFile(path, signal, MOST_BYTES)) pieces.push(piece);
  return { name: path, bytes: Buffer.concat(pieces) };
}

/** `-` is standard input; of a folder the .eml, .mbox and .mbx files, by name, without its subfolders. */
export async function* readMails(path: string, signal: AbortSignal): AsyncGenerator<InputMail> {
  if (path === '-') {
    yield* splitMails('standard input', bytesOfInput(signal));
    return;
  }
  const found = await lookAt(path);
  if (found.isDirectory()) {
    yield* mailsOfFolder(path, signal);
    return;
  }
  if (!found.isFile())
    throw unusable(path, 'is neither a file nor a folder', 'Name a saved mail, an mbox or a folder');
  yield* splitMails(path, bytesOfFile(path, signal, Infinity));
}

async function* mailsOfFolder(path: string, signal: AbortSignal): AsyncGenerator<InputMail> {
  const names = (await readdir(path)).filter((name) => MAIL_NAME.test(name)).toSorted();
  if (names.length === 0)
    throw unusable(
      path,
      'holds no .eml, .mbox or .mbx file',
      'Name a folder of saved mails, or one file of any name',
    );
  for (const name of names) {
    const file = join(path, name);
    if ((await lookAt(file)).isFile()) yield* splitMails(file, bytesOfFile(file, signal, Infinity));
  }
}

/** Numbers are given only where there are several: `inbox.mbox#2`. */
async function* splitMails(name: string, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<InputMail> {
  const splitter = new MboxSplitter(MOST_BYTES);
  let count = 0;
  const named = (bytes: Uint8Array): InputMail => {
    count += 1;
    return { name: count === 1 ? name : `${name}#${count}`, bytes };
  };
  for await (const block of blocks) {
    yield* splitter.write(block).map(named);
    if (splitter.isSated) break;
  }
  yield* splitter.end().map(named);
}

async function* bytesOfFile(path: string, signal: AbortSignal, most: number): AsyncGenerator<Uint8Array> {
  const end = Number.isFinite(most) ? { end: most - 1 } : {};
  const stream: AsyncIterable<Buffer> = createReadStream(path, { ...end, signal, highWaterMark: 1_048_576 });
  try {
    yield* stream;
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(path, cause);
  }
}

async function* bytesOfInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const block of standardInput(signal)) yield Buffer.from(block);
}

async function readWhole(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

async function lookAt(path: string): Promise<Stats> {
  return stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

function unreadable(path: string, cause: unknown): Failure {
  const isMissing = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';
  return new Failure('input', isMissing ? `There is no file ${path}.` : `${path} cannot be read.`, {
    remedy: 'Name a file that exists and that you may read.',
    cause,
  });
}

function unusable(path: string, what: string, remedy: string): Failure {
  return new Failure('input', `${path} ${what}.`, { remedy });
}
