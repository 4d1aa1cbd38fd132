/** The bytes of one export: a regular file, or standard input, which may be spooled so that it can be read twice. */
import { close, open as openFile, read as readFile, write as writeFile } from 'node:fs';
import { mkdtemp, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Failure } from '#failure.js';

/** Enough for a header of 500 columns in UTF-16, and for a look at the first rows. */
const HEAD_BYTES = 65_536;
/** Small blocks keep the strings cut from them short-lived, and with them the process small. */
const BLOCK_BYTES = 65_536;

const openDescriptor = promisify(openFile);
const closeDescriptor = promisify(close);
const readDescriptor = promisify(readFile);
const writeDescriptor = promisify(writeFile);

export interface InputFile {
  /** As the user gave it, for messages. */
  readonly name: string;
  /** Null for standard input. */
  readonly modifiedAt: Date | null;
  /** The first bytes, up to 64 KiB. */
  readonly head: Buffer;
  /** True when the head is all there is. */
  readonly isWholeHead: boolean;
  readonly rereadable: boolean;
  /** All bytes from the start. A block is overwritten by the next one. */
  readonly blocks: () => AsyncIterable<Uint8Array>;
  /** Releases what was opened; to be called when no block will be asked any more. */
  readonly close: () => Promise<void>;
}

export type ByteStream = AsyncIterable<Uint8Array | string>;

export interface OpeningOptions {
  /** Whether nothing at all is an input too, and no failure. */
  readonly mayBeEmpty?: boolean;
}

export async function openRegularFile(
  path: string,
  { mayBeEmpty = false }: OpeningOptions = {},
): Promise<InputFile> {
  const modifiedAt = await checkedModificationTime(path);
  const blocks = () => blocksOfFile(path);
  const head = await readHead(blocks());
  if (head.length === 0 && !mayBeEmpty) throw emptyInput(path);
  return {
    name: path,
    modifiedAt,
    head,
    isWholeHead: head.length < HEAD_BYTES,
    rereadable: true,
    blocks,
    close: () => Promise.resolve(),
  };
}

/** Reads as far as the head; the rest can be read once. */
export async function openStandardInput(
  stream: ByteStream,
  { mayBeEmpty = false, name = 'standard input' }: OpeningOptions & { readonly name?: string } = {},
): Promise<InputFile> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  while (bytes < HEAD_BYTES && !ended) {
    const step = await iterator.next();
    ended = step.done === true;
    if (step.done === true) break;
    const block = Buffer.from(step.value);
    first.push(block);
    bytes += block.length;
  }
  if (bytes === 0 && !mayBeEmpty) throw emptyInput(name);
  let used = false;
  const blocks = async function* (): AsyncGenerator<Uint8Array> {
    if (used) throw readOnce(name);
    used = true;
    for (const block of first.splice(0)) yield* inBlocks(block);
    while (!ended) {
      const step = await iterator.next();
      if (step.done === true) return;
      yield* inBlocks(Buffer.from(step.value));
    }
  };
  const head = Buffer.concat(first).subarray(0, HEAD_BYTES);
  return {
    name,
    modifiedAt: null,
    head,
    isWholeHead: ended,
    rereadable: false,
    blocks,
    close: () => Promise.resolve(),
  };
}

/**
 * Copies an input into a temporary file that only this user can read. The name is removed at once, so that
 * nothing stays behind however the process ends; the content goes with the descriptor.
 */
export async function spool(input: InputFile, directory: string): Promise<InputFile> {
  const folder = await mkdtemp(join(directory, 'mailcheck-'));
  const path = join(folder, 'spool');
  const descriptor = await openDescriptor(path, 'wx+', 0o600);
  await unlink(path);
  await rmdir(folder);
  for await (const block of input.blocks()) await writeAll(descriptor, block);
  let open = true;
  return {
    ...input,
    rereadable: true,
    blocks: () => {
      if (!open) throw readOnce(input.name);
      return blocksOf(descriptor);
    },
    close: async () => {
      if (open) await closeDescriptor(descriptor);
      open = false;
    },
  };
}

async function writeAll(descriptor: number, block: Uint8Array): Promise<void> {
  let done = 0;
  while (done < block.length) {
    const { bytesWritten } = await writeDescriptor(descriptor, block, done, block.length - done);
    done += bytesWritten;
  }
}

async function checkedModificationTime(path: string): Promise<Date> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (found.isDirectory()) {
    throw new Failure('input', `${path} is a folder, not a file.`, {
      remedy: 'Name the files one by one: --file may be repeated.',
    });
  }
  if (!found.isFile()) {
    throw new Failure('input', `${path} is a pipe or a device, not a regular file.`, {
      remedy: 'Pipe the data in and read it with --file -.',
    });
  }
  return found.mtime;
}

async function* blocksOfFile(path: string): AsyncGenerator<Uint8Array> {
  const descriptor = await openDescriptor(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    yield* blocksOf(descriptor);
  } catch (cause) {
    throw cause instanceof Error && 'syscall' in cause ? unreadable(path, cause) : cause;
  } finally {
    await closeDescriptor(descriptor);
  }
}

async function* blocksOf(descriptor: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let position = 0;
  for (;;) {
    const { bytesRead } = await readDescriptor(descriptor, buffer, 0, BLOCK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A stream may hand over megabytes at once; the limits on rows are checked after each block. */
function* inBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
}

async function readHead(blocks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  for await (const block of blocks) return Buffer.from(block.subarray(0, HEAD_BYTES));
  return Buffer.alloc(0);
}

function unreadable(name: string, cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Failure('input', `There is no file ${name}.`, {
      remedy: 'Check the path; quote it if it holds spaces.',
      cause,
    });
  }
  return new Failure('input', `${name} cannot be read (${code}).`, {
    remedy: 'Check that this user may read the file and that its disk is healthy.',
    cause,
  });
}

function emptyInput(name: string): Failure {
  return new Failure('input', `${name} is empty.`, {
    remedy: 'Export the trace again; even an export without rows has a header.',
  });
}

function readOnce(name: string): Failure {
  return new Failure('input', `${name} can be read only once.`, {
    remedy: 'Save the data in a file and name that with --file.',
  });
}
