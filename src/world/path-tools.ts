import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';

import type { PathRequest, PathTools } from '#cli/ports.js';
import type { SmtpProber } from '#mailflow/connector/probe/smtp-prober.js';
import { type Detour, resolveReachSettings } from '#settings/reach-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { openSmtpProber } from '#sources/probe/smtp-prober.js';

import { CLOCK, type Road } from './road.js';

/** Nobody is asked for a token: what is looked at here is open to everybody. */
export async function pathTools(request: PathRequest, road: Road, stop: AbortSignal): Promise<PathTools> {
  const { options, environment } = road;
  const { dnsServers, controlMailHost, detours } = resolveReachSettings(options, environment);
  const caPem = await road.caPem(resolveServiceSettings({ ...options, via: 'exchange' }, environment));
  const { allowPrivate, ports } = request;
  const resolvers = request.resolvers.length > 0 ? request.resolvers : dnsServers;
  const { openMailDns } = await import('#sources/dns/mail-dns.js');
  const anyPort = ports.length > 0 || detours.length > 0;
  const detour = detourBy(detours);
  return {
    dns: openMailDns({ resolvers, allowPrivate, caPem, env: environment, policyDetour: detour }),
    prober: detoured(openSmtpProber({ machineName: hostname(), caPem, anyPort }), detour),
    clock: CLOCK,
    ...boundedBy(road.deadlineMs(request.timeoutSeconds), stop),
    control: controlMailHost,
  };
}

/** Each probe under way listens for the end, and there are many. */
function boundedBy(deadlineMs: number, stop: AbortSignal): Pick<PathTools, 'signal' | 'close'> {
  const late = new AbortController();
  const signal = AbortSignal.any([stop, late.signal]);
  setMaxListeners(0, signal);
  const timer = setTimeout(() => late.abort(), Math.max(1, deadlineMs - CLOCK.monotonicMs()));
  return { signal, close: () => clearTimeout(timer) };
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/**
 * Where this machine stands in for a host; the name that is asked for and checked stays that of the host. Beside a detour
 * nobody outside is connected to: a drill must not leave the machine. Null where there is none.
 */
function detourBy(detours: readonly Detour[]): ((at: Place) => Place) | null {
  if (detours.length === 0) return null;
  const toByFrom = new Map(
    detours.map(({ from, to }) => [`${from.host} ${from.port}`, { address: to.host, port: to.port }]),
  );
  return ({ address, port }) => toByFrom.get(`${address} ${port}`) ?? NOBODY;
}

function detoured(prober: SmtpProber, detour: ((at: Place) => Place) | null): SmtpProber {
  if (detour === null) return prober;
  return { probe: (question, signal) => prober.probe({ ...question, ...detour(question) }, signal) };
}

/** The port of a service that no system has any more. */
const NOBODY: Place = { address: '127.0.0.1', port: 1 };
