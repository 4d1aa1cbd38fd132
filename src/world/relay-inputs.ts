/** What relays are read from, as text: files (also packed ones), standard input, and the output of programs. */
import { createGunzip } from 'node:zlib';

import { Failure } from '#failure.js';
import { withoutSecretVariables } from '#settings/secret-variables.js';
import type { InputFile } from '#sources/files/input-file.js';
import { openRegularFile, openStandardInput } from '#sources/files/input-file.js';
import { decodeHead, decodeText, detectEncoding, looksBinary } from '#sources/files/text-encoding.js';
import type { RelayInput } from '#sources/relay/relay-input.js';
import { startCommand } from '#sources/relay/run-command.js';

import { standardInput } from './standard-input.js';

export async function openRelayFile(path: string, now: Date): Promise<RelayInput> {
  const file = await openRegularFile(path, { mayBeEmpty: true });
  return textInput(file, { origin: 'file', asOf: file.modifiedAt ?? now });
}

export async function openRelayStandardInput(now: Date, signal: AbortSignal): Promise<RelayInput> {
  const file = await openStandardInput(standardInput(signal), { mayBeEmpty: true });
  return textInput(file, { origin: 'standard-input', asOf: now });
}

interface ProgramOptions {
  readonly now: Date;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export async function openRelayProgram(
  words: readonly string[],
  { now, ...options }: ProgramOptions,
): Promise<RelayInput> {
  const name = `\`${words.join(' ')}\``;
  const program = await startCommand(words, { ...options, env: withoutSecretVariables(process.env) });
  const file = await openStandardInput(program.output, { mayBeEmpty: true, name });
  const input = await textInput(file, { origin: 'program', asOf: now });
  return { ...input, ending: program.end, close: program.close };
}

async function textInput(file: InputFile, origin: Pick<RelayInput, 'origin' | 'asOf'>): Promise<RelayInput> {
  const isPacked = file.head[0] === 0x1f && file.head[1] === 0x8b;
  // Of a packed file the head says nothing, so its first bytes are unpacked for themselves; a pipe can be read only once.
  if (isPacked && !file.rereadable) throw packedPipe(file.name);
  const blocks = isPacked ? () => unpacked(file) : file.blocks;
  const head = isPacked ? await firstOf(blocks()) : file.head;
  const encoding = detectEncoding(head);
  const beginning = decodeHead(head, encoding);
  if (head.length > 0 && looksBinary(head, beginning)) throw noText(file.name);
  return {
    name: file.name,
    ...origin,
    beginning,
    text: () => decodeText(blocks(), encoding),
    ending: null,
    close: file.close,
  };
}

/** A log packs to a tenth or a hundredth; what packs better and goes on is made to fill a machine. */
const MOST_TIMES = 400;
const HARMLESS_BYTES = 64 * 1024 * 1024;

async function* unpacked(file: InputFile): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let packedBytes = 0;
  let bytes = 0;
  const feeding = feed(file, gunzip, (count) => {
    packedBytes += count;
  });
  // A failure of the feeding ends the reading below, which tells it.
  feeding.catch(() => undefined);
  try {
    for await (const block of gunzip) {
      if (!(block instanceof Uint8Array)) continue;
      bytes += block.length;
      if (bytes > HARMLESS_BYTES && bytes > packedBytes * MOST_TIMES) throw bomb(file.name);
      yield block;
    }
  } catch (cause) {
    throw cause instanceof Failure ? cause : broken(file.name, cause);
  } finally {
    gunzip.destroy();
  }
  await feeding;
}

/** Blocks of a file are used again for the next, so each is copied. */
async function feed(
  file: InputFile,
  gunzip: ReturnType<typeof createGunzip>,
  onBytes: (count: number) => void,
): Promise<void> {
  try {
    for await (const block of file.blocks()) {
      if (gunzip.destroyed) return;
      onBytes(block.length);
      if (!gunzip.write(Buffer.from(block))) await drained(gunzip);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function drained(gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      gunzip.off('drain', go);
      gunzip.off('close', go);
      resolve();
    };
    gunzip.once('drain', go);
    gunzip.once('close', go);
  });
}

const HEAD_BYTES = 65_536;

async function firstOf(blocks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  for await (const block of blocks) return Buffer.from(block.subarray(0, HEAD_BYTES));
  return Buffer.alloc(0);
}

function packedPipe(name: string): Failure {
  return new Failure('input', `${name} is packed (gzip).`, {
    remedy: 'Name the file itself with --file, or unpack it first, as with zcat mail.log.1.gz',
  });
}

function broken(name: string, cause: unknown): Failure {
  return new Failure('input', `${name} cannot be unpacked: it is cut or damaged.`, {
    remedy: 'Copy it again, or unpack what there is and name that file.',
    cause,
  });
}

function bomb(name: string): Failure {
  return new Failure('input', `${name} unpacks to more than ${MOST_TIMES} times its size.`, {
    remedy: 'Unpack it where there is room, look at it, and name the unpacked file.',
  });
}

function noText(name: string): Failure {
  return new Failure('input', `${name} is not text.`, {
    remedy:
      'Name the output of a queue command or a log, as mail.log; gzip is unpacked, other archives are not.',
  });
}
