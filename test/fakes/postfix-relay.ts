/** Debian's Postfix as a relay on loopback: it takes mail for one domain and hands it to a next hop on this machine. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { freePorts } from './free-ports.js';
import { answering, POSTFIX } from './real-postfix.js';

const run = promisify(execFile);

export interface PostfixRelay {
  /** Its folder of settings, as `postqueue -c` takes it. */
  readonly folder: string;
  /** Its log. */
  readonly logFile: string;
  /** Hands it so many messages, each for another recipient of the domain. */
  readonly send: (count: number) => Promise<void>;
  /** The queue as its own command prints it, one object for a message. */
  readonly queue: () => Promise<readonly QueuedMessage[]>;
  readonly hold: (queueId: string) => Promise<void>;
  readonly release: (queueId: string) => Promise<void>;
  /** The queue once it is as asked for. */
  readonly queueWhen: (
    isReady: (queue: readonly QueuedMessage[]) => boolean,
  ) => Promise<readonly QueuedMessage[]>;
  readonly close: () => Promise<void>;
}

export interface QueuedMessage {
  readonly queue_name: string;
  readonly queue_id: string;
  /** Seconds since 1970. */
  readonly arrival_time: number;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

/** Without a port there is nobody at the next hop. */
export async function startPostfixRelay(domain: string, nextHopPort: number): Promise<PostfixRelay> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-relay-'));
  const logFile = join(folder, 'mail.log');
  const [port = 0] = await freePorts(1);
  // The service's own user looks into it.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'main.cf'), mainSettings(folder, domain));
  await writeFile(join(folder, 'master.cf'), services(port));
  await writeFile(join(folder, 'transport'), `${domain} smtp:[127.0.0.1]:${nextHopPort}\n`);
  await mkdir(join(folder, 'spool'));
  await mkdir(join(folder, 'data'));
  await run('chown', ['postfix', join(folder, 'data')]);
  const close = async (): Promise<void> => {
    await run(POSTFIX, ['-c', folder, 'stop']).catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const queue = async (): Promise<readonly QueuedMessage[]> => {
    const { stdout } = await run('/usr/sbin/postqueue', ['-c', folder, '-j'], { timeout: 10_000 });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as QueuedMessage);
  };
  const supervise = async (...words: readonly string[]): Promise<void> => {
    await run('/usr/sbin/postsuper', ['-c', folder, ...words], { timeout: 10_000 });
  };
  try {
    await run(POSTFIX, ['-c', folder, 'start'], { timeout: 20_000 });
    await answering(port);
  } catch (error) {
    const log = await readFile(logFile, 'utf8').catch(() => '');
    await close();
    throw new Error(`Postfix did not start:\n${log}`, { cause: error });
  }
  return {
    ...{ folder, logFile, queue, close },
    send: async (count) => {
      const addresses = ['-f', 'ben@fabrikam.example', '-t', `ann@${domain}`];
      const words = ['-N', '-m', String(count), '-s', '1', ...addresses, `127.0.0.1:${port}`];
      await run('/usr/sbin/smtp-source', words, { timeout: 20_000 });
    },
    hold: (queueId) => supervise('-h', queueId),
    release: (queueId) => supervise('-H', queueId),
    queueWhen: async (isReady) => {
      for (let tries = 0; tries < 200; tries += 1) {
        const found = await queue();
        if (isReady(found)) return found;
        await sleep(50);
      }
      throw new Error(`the queue did not become as asked for:\n${await readFile(logFile, 'utf8')}`);
    },
  };
}

function mainSettings(folder: string, domain: string): string {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: tmpdir(),
    myhostname: 'relay.contoso.example',
    mydestination: '',
    relay_domains: domain,
    transport_maps: `texthash:${folder}/transport`,
    mynetworks: '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    smtputf8_enable: 'no',
    // Each message is tried by itself, and not put aside because of the one before.
    smtp_destination_concurrency_failed_cohort_limit: '100',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

function services(port: number): string {
  return [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'anvil unix - - n - 1 anvil',
    'proxymap unix - - n - - proxymap',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'flush unix n - n 1000? 0 flush',
    'smtp unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}
