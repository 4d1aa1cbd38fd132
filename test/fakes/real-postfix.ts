/** Debian's Postfix on high loopback ports, with a folder of its own for all that it writes. Needs root, as Postfix does. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { CertificateWord, MailAuthority } from '#simulator/smtp/mail-certificate.js';

import { freePorts } from './free-ports.js';

export const POSTFIX = '/usr/sbin/postfix';
const run = promisify(execFile);

/** Why it cannot be had here; null when it can. */
export function whyNoPostfix(): string | null {
  if (!existsSync(POSTFIX)) return 'postfix is not installed';
  return process.getuid?.() === 0 ? null : 'postfix wants to be started by root';
}

export interface RealPostfix {
  readonly port: number;
  readonly implicitPort: number;
  /** Where it shows a certificate that is not sound. */
  readonly portByCertificate: ReadonlyMap<CertificateWord, number>;
  /** What it wrote of its clients. */
  readonly log: () => Promise<string>;
  readonly close: () => Promise<void>;
}

interface PostfixSetUp {
  readonly name: string;
  readonly authority: MailAuthority;
  /** The domain for which it takes mail; nothing is ever delivered. */
  readonly domain: string;
  /** What RCPT hears, by address. */
  readonly access: Readonly<Record<string, string>>;
  /** Each on a port of its own, beside the sound one. */
  readonly certificates?: readonly CertificateWord[];
}

export async function startPostfix({
  name,
  authority,
  domain,
  access,
  certificates = [],
}: PostfixSetUp): Promise<RealPostfix> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-postfix-'));
  const [port = 0, implicitPort = 0, ...others] = await freePorts(2 + certificates.length);
  const portByCertificate = new Map(certificates.map((word, index) => [word, others[index] ?? 0]));
  const pemOf = (word: CertificateWord): string => {
    const { certificatePem, privateKeyPem } = authority.issue(name, word);
    return `${privateKeyPem}${certificatePem}`;
  };
  // The service's own user looks into it.
  await chmod(folder, 0o755);
  for (const [file, text] of Object.entries({
    'main.cf': mainSettings(folder, name, domain),
    'master.cf': services(folder, { port, implicitPort, portByCertificate }),
    'server.pem': pemOf('good'),
    ...Object.fromEntries(certificates.map((word) => [`${word}.pem`, pemOf(word)])),
    recipients: Object.entries(access)
      .map(([address, answer]) => `${address} ${answer}\n`)
      .join(''),
  }))
    await writeFile(join(folder, file), text, { mode: file.endsWith('.pem') ? 0o600 : 0o644 });
  await mkdir(join(folder, 'spool'));
  await mkdir(join(folder, 'data'));
  await run('chown', ['postfix', join(folder, 'data')]);
  const log = (): Promise<string> => readFile(join(folder, 'mail.log'), 'utf8');
  const close = async (): Promise<void> => {
    await run(POSTFIX, ['-c', folder, 'stop']).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await run(POSTFIX, ['-c', folder, 'start'], { timeout: 20_000 });
    for (const each of [port, implicitPort, ...portByCertificate.values()]) await answering(each);
  } catch (error) {
    const written = await log().catch(() => '');
    await close();
    throw new Error(`Postfix did not start:\n${written}`, { cause: error });
  }
  return { port, implicitPort, portByCertificate, log, close };
}

function mainSettings(folder: string, name: string, domain: string): string {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/spool`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/mail.log`,
    maillog_file_prefixes: tmpdir(),
    myhostname: name,
    mydestination: domain,
    mynetworks: '192.0.2.0/24',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: `check_recipient_access texthash:${folder}/recipients`,
    smtpd_tls_security_level: 'may',
    smtpd_tls_chain_files: `${folder}/server.pem`,
    smtputf8_enable: 'no',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');
}

function services(
  folder: string,
  { port, implicitPort, portByCertificate }: Omit<RealPostfix, 'log' | 'close'>,
): string {
  const others = [...portByCertificate].flatMap(([word, own]) => [
    `127.0.0.1:${own} inet n - n - - smtpd`,
    `  -o smtpd_tls_chain_files=${folder}/${word}.pem`,
  ]);
  return [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    `127.0.0.1:${implicitPort} inet n - n - - smtpd`,
    '  -o smtpd_tls_wrappermode=yes',
    ...others,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'anvil unix - - n - 1 anvil',
    'proxymap unix - - n - - proxymap',
    'bounce unix - - n - 0 bounce',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}

/** It opens its ports shortly after the command is over. */
export async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await isOpen(port)) return;
    await sleep(50);
  }
  throw new Error(`nobody listens on ${port}`);
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
