/** Debian's knot, which signs a zone, and unbound, which proves it, on high loopback ports with a folder of their own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { decode, encode } from 'dns-packet';

import type { Zone } from './fake-dns.js';
import { freePorts } from './free-ports.js';

const KNOT = '/usr/sbin/knotd';
const KEYMGR = '/usr/sbin/keymgr';
const UNBOUND = '/usr/sbin/unbound';
const run = promisify(execFile);

/** Why they cannot be had here; null when they can. */
export function whyNoResolver(): string | null {
  const missing = [KNOT, KEYMGR, UNBOUND].filter((path) => !existsSync(path));
  return missing.length === 0 ? null : `${missing.join(', ')} not installed`;
}

export interface RealResolver {
  /** Proves what it says by the key of the zone. */
  readonly server: string;
  /** Was told another key, and so believes nothing of the zone. */
  readonly misled: string;
  readonly close: () => Promise<void>;
}

export async function startResolver(domain: string, zone: Zone): Promise<RealResolver> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-dns-'));
  const [knotPort = 0, port = 0, misledPort = 0] = await freePorts(3);
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(children.map(ended));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(join(folder, 'db'));
    await writeFile(join(folder, 'zone'), zoneFile(domain, zone));
    await writeFile(join(folder, 'knot.conf'), knotSettings(folder, domain, knotPort));
    children.push(spawn(KNOT, ['-c', join(folder, 'knot.conf')], { stdio: 'ignore' }));
    await answering(knotPort, domain);
    const { stdout } = await run(KEYMGR, ['-c', join(folder, 'knot.conf'), domain, 'dnskey']);
    const anchor = stdout
      .split('\n')
      .find((line) => line.includes(' DNSKEY 257 ') || line.includes(' 257 3 '));
    if (anchor === undefined) throw new Error(`knot shows no key-signing key:\n${stdout}`);
    for (const [name, own, key] of [
      ['good', port, anchor],
      ['misled', misledPort, falsified(anchor)],
    ] as const) {
      await writeFile(join(folder, `${name}.key`), `${key}\n`);
      await writeFile(join(folder, `${name}.conf`), unboundSettings(folder, name, { domain, own, knotPort }));
      children.push(spawn(UNBOUND, ['-d', '-c', join(folder, `${name}.conf`)], { stdio: 'ignore' }));
      await answering(own, domain);
    }
    return { server: `127.0.0.1:${port}`, misled: `127.0.0.1:${misledPort}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function zoneFile(domain: string, zone: Zone): string {
  const lines = Object.entries(zone).flatMap(([key, records]) => {
    const [name = '', type = ''] = key.split(' ');
    if (!Array.isArray(records)) throw new Error('a real zone holds records only');
    return (records as readonly string[]).map((record) => `${name}. 300 IN ${type} ${inFile(type, record)}`);
  });
  return [
    `${domain}. 300 IN SOA ns.${domain}. admin.${domain}. 1 3600 600 86400 60`,
    `${domain}. 300 IN NS ns.${domain}.`,
    `ns.${domain}. 300 IN A 127.0.0.1`,
    ...lines,
    '',
  ].join('\n');
}

function inFile(type: string, record: string): string {
  if (type === 'TXT') return (record.match(/.{1,255}/g) ?? []).map((piece) => `"${piece}"`).join(' ');
  if (type !== 'CNAME' && type !== 'MX') return record;
  return record.endsWith('.') ? record : `${record}.`;
}

function knotSettings(folder: string, domain: string, port: number): string {
  return `
server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: ${folder}/db
    journal-db-max-size: 8M
    kasp-db-max-size: 8M
    timer-db-max-size: 8M
policy:
  - id: once
    algorithm: ecdsap256sha256
zone:
  - domain: ${domain}
    storage: ${folder}
    file: zone
    zonefile-sync: -1
    journal-content: none
    dnssec-signing: on
    dnssec-policy: once
`;
}

function unboundSettings(
  folder: string,
  name: string,
  { domain, own, knotPort }: { readonly domain: string; readonly own: number; readonly knotPort: number },
): string {
  return `
server:
    directory: "${folder}"
    chroot: ""
    username: ""
    pidfile: "${folder}/${name}.pid"
    use-syslog: no
    interface: 127.0.0.1@${own}
    port: ${own}
    do-ip6: no
    num-threads: 1
    do-not-query-localhost: no
    local-zone: "test." nodefault
    trust-anchor-file: "${folder}/${name}.key"
remote-control:
    control-enable: no
stub-zone:
    name: "${domain}"
    stub-addr: 127.0.0.1@${knotPort}
`;
}

/** The same key with one letter changed in its middle. */
function falsified(anchor: string): string {
  const key = anchor.trim().split(' ').at(-1) ?? '';
  const at = Math.floor(key.length / 2);
  const other = key[at] === 'A' ? 'B' : 'A';
  return anchor.replace(key, `${key.slice(0, at)}${other}${key.slice(at + 1)}`);
}

/** Any answer will do: one that was told the wrong key says no, but it says it. */
async function answering(port: number, domain: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answersOnce(port, domain)) return;
  }
  throw new Error(`nobody answers on ${port}`);
}

function answersOnce(port: number, domain: string): Promise<boolean> {
  const socket = createSocket('udp4');
  const query = encode({ type: 'query', id: 1, questions: [{ type: 'SOA', name: domain }] });
  const heard = new Promise<boolean>((resolve) => {
    socket.once('message', (bytes) => resolve(decode(bytes).type === 'response'));
    // Nobody there yet: the wait goes on to its end.
    socket.once('error', () => undefined);
  });
  socket.connect(port, '127.0.0.1', () => socket.send(query));
  return Promise.race([heard, sleep(100, false)]).finally(() => socket.close());
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const isOver = await Promise.race([over.then(() => true), sleep(3000, false)]);
  if (!isOver) child.kill('SIGKILL');
}
