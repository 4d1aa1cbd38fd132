/**
 * What can be reached from here: the hosts that the program asks, a control host, and where mail comes in. Knows names,
 * connections, TLS and the first byte; it refuses to know whether a service is well, and shows nobody a token.
 */
import type { LookupFunction } from 'node:net';

import type { MailDns } from '#mailflow/connector/dns/mail-dns.js';
import type {
  ReachOutcome,
  ReachReading,
  ReachSource,
  ReachStep,
  ReachTarget,
} from '#mailflow/reach/reach-source.js';

import { parseServiceUrl, type ServiceOrigin, type ServiceWords } from '../http/service.js';
import { proxyFor } from '../sign-in/proxy.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import type { EnvironmentVariables, TokenSource } from '../sign-in/token-source.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';
import type { Bounds } from './attempt.js';
import { attemptSignIn } from './attempt-sign-in.js';
import { mailHostsOf } from './mail-hosts.js';
import { type MailServer, probeMail } from './probe-mail.js';
import { probeWeb } from './probe-web.js';

export interface WebTarget {
  readonly target: Exclude<ReachTarget, 'inbound-mail'>;
  readonly origin: ServiceOrigin;
}

interface ReachSourceOptions {
  readonly web: readonly WebTarget[];
  /** One mail host, or those of our own domains. */
  readonly mail:
    | { readonly server: MailServer }
    | { readonly domains: readonly string[]; readonly mailHosts: MailDns['mailHosts'] };
  /** Throws a Failure where there are no credentials; null where a ready token was given. */
  readonly tokens: (() => TokenSource) | null;
  /** What the token of the attempt is for. */
  readonly scope: string;
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly monotonicMs: () => number;
  /** On the monotonic clock, for all of it. */
  readonly deadlineMs: number;
  /** Told of each host when it was tried. */
  readonly onRequest?: (text: string) => void;
  readonly stepMs?: Readonly<Record<ReachStep, number>>;
  readonly lookup?: LookupFunction;
}

/** A step that takes longer has failed, as far as a person is concerned who waits for mail. */
export const STEP_MS: Readonly<Record<ReachStep, number>> = {
  resolve: 5000,
  connect: 5000,
  tls: 5000,
  'first-byte': 10_000,
};

const SMTP_PORT = 25;

const CONTROL_WORDS: ServiceWords = {
  name: 'the control host',
  urlFlag: null,
  urlVariable: 'MAILCHECK_CONTROL_URL',
  exampleUrl: 'https://www.gstatic.com',
};

export function parseControlUrl(given: string): ServiceOrigin {
  return parseServiceUrl(given, CONTROL_WORDS);
}

/** Opens nothing yet. Throws a Failure when the settings are wrong. */
export function openReachSource(options: ReachSourceOptions): ReachSource {
  const { tokens, scope, monotonicMs, deadlineMs } = options;
  if (options.web.some(({ origin }) => origin.isSecure)) refuseUnverifiedTls(options.env);
  for (const { origin } of options.web) proxyFor(origin.origin, options.env);
  return {
    probe: async (signal) => {
      if (isAborted(signal)) throw stoppedFailure(signal);
      const bounds = { monotonicMs, deadlineMs, stepMs: options.stepMs ?? STEP_MS, signal };
      const readings = await Promise.all([
        ...options.web.map((target) => readWeb(target, options, bounds)),
        readMail(options, bounds),
      ]);
      for (const reading of readings.flat()) options.onRequest?.(toldOf(reading));
      if (isAborted(signal)) throw stoppedFailure(signal);
      return readings.flat();
    },
    signIn: (signal) => attemptSignIn({ tokens, scope, monotonicMs, deadlineMs }, signal),
  };
}

function toldOf({ host, port, outcome }: ReachReading): string {
  const told =
    outcome.kind === 'reached' ? `${outcome.firstByteMs} ms` : `${outcome.step} failed: ${outcome.text}`;
  return `reach ${host}:${port} ${told}`;
}

async function readWeb(
  { target, origin }: WebTarget,
  { caPem, env, lookup }: ReachSourceOptions,
  bounds: Bounds,
): Promise<readonly ReachReading[]> {
  const { hostname, port } = new URL(origin.origin);
  const outcome = await probeWeb(origin, { caPem, env, lookup }, bounds);
  const usualPort = origin.isSecure ? 443 : 80;
  return [{ target, host: hostname, port: port === '' ? usualPort : Number(port), outcome }];
}

async function readMail(options: ReachSourceOptions, bounds: Bounds): Promise<readonly ReachReading[]> {
  const { mail } = options;
  if ('server' in mail) return [await readServer(mail.server, options, bounds)];
  const domains = [...new Set(mail.domains.map((domain) => domain.toLowerCase()))];
  const found = await Promise.all(
    domains.map(async (domain) => ({ domain, mailHosts: await mailHostsOf(domain, mail.mailHosts, bounds) })),
  );
  const hosts = found.flatMap(({ mailHosts }) => (mailHosts.kind === 'hosts' ? mailHosts.hosts : []));
  const unresolved = found.flatMap(({ domain, mailHosts }) =>
    mailHosts.kind === 'none' ? [mailReading({ host: domain, port: SMTP_PORT }, mailHosts.outcome)] : [],
  );
  const tried = [...new Set(hosts)].map((host) => readServer({ host, port: SMTP_PORT }, options, bounds));
  return [...unresolved, ...(await Promise.all(tried))];
}

async function readServer(
  server: MailServer,
  { env, lookup }: ReachSourceOptions,
  bounds: Bounds,
): Promise<ReachReading> {
  const outcome = await probeMail(server, lookup, bounds);
  return mailReading(server, isBesideProxy(server, env) ? besideProxy(outcome) : outcome);
}

function mailReading({ host, port }: MailServer, outcome: ReachOutcome): ReachReading {
  return { target: 'inbound-mail', host, port, outcome };
}

function isBesideProxy({ host }: MailServer, env: EnvironmentVariables): boolean {
  return proxyFor(`https://${host.includes(':') ? `[${host}]` : host}`, env) !== null;
}

/** Where the way out is a proxy, mail hosts may not be reached directly by anybody here. */
function besideProxy(outcome: ReachOutcome): ReachOutcome {
  return outcome.kind === 'reached'
    ? outcome
    : { ...outcome, text: `${outcome.text}, tried directly beside the proxy` };
}
