import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { CertificateSight } from '#mailflow/doctor/doctor-evidence.js';
import type { ReachOutcome } from '#mailflow/reach/reach-source.js';

import type { ServiceOrigin } from '../http/service.js';
import { errorCode } from '../sign-in/network-trouble.js';
import { type Proxy, proxyFor } from '../sign-in/proxy.js';
import { secureAgent } from '../sign-in/secure-agent.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import { attempt, type Bounds, type Progress } from './attempt.js';
import { certificateSight } from './certificate-sight.js';
import { followSteps, startsWithName } from './follow-steps.js';

export interface WebWay {
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  /** Read for proxies. */
  readonly env: EnvironmentVariables;
  readonly lookup: LookupFunction | undefined;
  /** Takes any certificate, to see whose it is: nothing of ours is said on that connection. */
  readonly isOnlyLooking?: boolean;
}

/** What else there was to be seen on the way. */
export interface WebWitness {
  readonly certificate: (seen: CertificateSight | null) => void;
  /** The answer's own date, verbatim. */
  readonly date: (text: string | null) => void;
}

const HEADER_BYTES = 32 * 1024;

/** Asks for the head of the first page, as the program itself would get there: any answer at all is reach. */
export function probeWeb(
  own: ServiceOrigin,
  way: WebWay,
  bounds: Bounds,
  witness: WebWitness | null = null,
): Promise<ReachOutcome> {
  const proxy = own.isSecure ? proxyFor(own.origin, way.env) : null;
  const url = new URL(own.origin);
  const agent = own.isSecure ? agentFor(way, proxy) : new http.Agent();
  // A proxy looks names up itself.
  const first = proxy === null && startsWithName(url.hostname) ? 'resolve' : 'connect';
  return attempt(first, bounds, (progress) => {
    const request = (own.isSecure ? https.request : http.request)({
      method: 'HEAD',
      path: '/',
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      headers: { accept: '*/*' },
      maxHeaderSize: HEADER_BYTES,
      agent,
      ...(way.lookup === undefined ? {} : { lookup: way.lookup }),
    });
    request.once('socket', (socket) =>
      follow(socket, { isSecure: own.isSecure, isTunnelled: proxy !== null }, progress),
    );
    if (witness !== null) request.once('socket', (socket) => watch(socket, witness));
    request.once('response', (response) => {
      response.resume();
      witness?.date(response.headers.date ?? null);
      progress.reached(null);
    });
    request.on('error', (error) => progress.failed(errorCode(error)));
    request.end();
    return () => {
      request.destroy();
      agent.destroy();
    };
  });
}

function agentFor({ caPem, isOnlyLooking = false }: WebWay, proxy: Proxy | null): https.Agent {
  const agent = secureAgent({ caPem, proxy });
  if (!isOnlyLooking) return agent;
  const own = 'options' in agent && typeof agent.options === 'object' ? agent.options : {};
  return Object.assign(agent, { options: { ...own, rejectUnauthorized: false } });
}

function watch(socket: Socket, { certificate }: WebWitness): void {
  socket.once('secureConnect', () => {
    if (socket instanceof TLSSocket) certificate(certificateSight(socket));
  });
}

interface Connection {
  readonly isSecure: boolean;
  readonly isTunnelled: boolean;
}

function follow(socket: Socket, { isSecure, isTunnelled }: Connection, progress: Progress): void {
  if (isTunnelled) progress.enter('tls');
  else followSteps(socket, progress, isSecure ? 'tls' : 'first-byte');
  if (isSecure) socket.once('secureConnect', () => progress.enter('first-byte'));
}
