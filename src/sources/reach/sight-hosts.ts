/** Each host as it looks from here: how far we get, who vouches for it, what time it has. Says nothing of ours to anybody. */
import type { LookupFunction } from 'node:net';

import type { CertificateSight, DoctorHost, HostSight } from '#mailflow/doctor/doctor-evidence.js';
import type { ReachStep } from '#mailflow/reach/reach-source.js';

import type { ServiceOrigin } from '../http/service.js';
import { leastDifference } from '../http/service-clock.js';
import { proxyFor } from '../sign-in/proxy.js';
import { httpDate } from '../sign-in/retry-after.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import type { Bounds } from './attempt.js';
import { probeWeb, type WebWay } from './probe-web.js';
import { STEP_MS } from './reach-source.js';

export interface HostToSee {
  readonly target: DoctorHost;
  readonly origin: ServiceOrigin;
}

interface SightOptions {
  readonly hosts: readonly HostToSee[];
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly clock: { readonly now: () => Date; readonly monotonicMs: () => number };
  /** On the monotonic clock, for all of it. */
  readonly deadlineMs: number;
  readonly stepMs?: Readonly<Record<ReachStep, number>>;
  readonly lookup?: LookupFunction;
}

/** All at once, one sight each. Rejects only when a person stops it. */
export async function sightHosts(options: SightOptions, signal: AbortSignal): Promise<readonly HostSight[]> {
  if (isAborted(signal)) throw stoppedFailure(signal);
  const sights = await Promise.all(options.hosts.map((host) => sightHost(host, options, signal)));
  if (isAborted(signal)) throw stoppedFailure(signal);
  return sights;
}

async function sightHost(
  { target, origin }: HostToSee,
  options: SightOptions,
  signal: AbortSignal,
): Promise<HostSight> {
  const { caPem, env, lookup, clock, deadlineMs } = options;
  const bounds = {
    ...{ deadlineMs, signal },
    monotonicMs: clock.monotonicMs,
    stepMs: options.stepMs ?? STEP_MS,
  };
  const way = { caPem, env, lookup };
  const first = await look(origin, way, bounds, clock);
  const isUntrusted = first.outcome.kind === 'failed' && first.outcome.reason === 'certificate';
  // Once more without a word of ours, to see who signs there.
  const seen = isUntrusted ? await look(origin, { ...way, isOnlyLooking: true }, bounds, clock) : first;
  const { hostname, port } = new URL(origin.origin);
  const usualPort = origin.isSecure ? 443 : 80;
  const { outcome } = first;
  return {
    ...{ target, outcome, host: hostname, port: port === '' ? usualPort : Number(port) },
    ...{ certificate: seen.certificate, aheadMs: seen.aheadMs },
    isProxied: origin.isSecure && proxyFor(origin.origin, env) !== null,
    proxyRefusal:
      outcome.kind === 'failed' && outcome.text.startsWith(PROXY_CODE)
        ? outcome.text.slice(PROXY_CODE.length)
        : null,
  };
}

const PROXY_CODE = 'PROXY_';

type Looked = Pick<HostSight, 'outcome' | 'certificate' | 'aheadMs'>;

async function look(
  origin: ServiceOrigin,
  way: WebWay,
  bounds: Bounds,
  clock: SightOptions['clock'],
): Promise<Looked> {
  const seen: { certificate: CertificateSight | null; aheadMs: number | null } = {
    certificate: null,
    aheadMs: null,
  };
  const sentAt = clock.now();
  const outcome = await probeWeb(origin, way, bounds, {
    certificate: (shown) => (seen.certificate = shown),
    date: (text) => {
      const date = httpDate(text);
      // Not `-0`.
      if (date !== null) seen.aheadMs = 0 + leastDifference(date, sentAt, clock.now());
    },
  });
  return { outcome, ...seen };
}
