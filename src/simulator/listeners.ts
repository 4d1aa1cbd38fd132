/**
 * What the servers of the tenant do with a request: its faults first, then the service behind it, then a line of the log.
 * Nothing here judges what is asked.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { NOTHING_ANNOUNCED } from './announcement/services.js';
import type { Answer } from './answer.js';
import { headerOf, send, withHeaders } from './answer.js';
import { adminService } from './exchange/service.js';
import { HEALTHY_SET_UP } from './exchange/set-up/set-ups.js';
import { faultCounter, plainFault, transmissionOf } from './faults.js';
import { asksForAnnouncements } from './graph/route.js';
import { graphService } from './graph/service.js';
import { bodyOf, targetOf } from './loopback.js';
import type { SimulatedDelivery } from './population/delivery.js';
import { REALISTIC_QUIRKS } from './quirks.js';
import type { ServerName } from './request-log.js';
import { readablePath } from './request-log.js';
import type { Authority } from './sign-in/authority.js';
import { answerSignIn } from './sign-in/authority.js';
import { refuseSignIn } from './sign-in/refusal.js';
import type { TenantOptions } from './tenant-options.js';

export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
export const EXCHANGE_AUDIENCE = 'https://outlook.office365.com';

interface GraphSide {
  readonly population: readonly SimulatedDelivery[];
  readonly authority: Authority;
  readonly graphUrl: string;
}

export function graphListener(options: TenantOptions, side: GraphSide): RequestListener {
  const { registration, mint } = side.authority;
  const quirks = { ...REALISTIC_QUIRKS, ...options.quirks };
  const service = graphService({
    population: side.population,
    quirks,
    onboarding: options.onboarding ?? 'complete',
    announcements: options.announcements ?? NOTHING_ANNOUNCED,
    announcementOnboarding: options.announcementOnboarding ?? 'complete',
    tokenChecks: options.tokenChecks ?? 'issued',
    mint,
    tenantId: registration.tenantId,
    audiences: [GRAPH_AUDIENCE, side.graphUrl],
    key: `cursor key of ${registration.clientSecret}`,
  });
  const nextFault = faultCounter(options.faults ?? []);
  const nextNewsFault = faultCounter(options.announcementFaults ?? []);
  return (request, response) => {
    const url = new URL(side.graphUrl + targetOf(request));
    const fault = asksForAnnouncements(url.pathname) ? nextNewsFault() : nextFault();
    const answer = service({
      method: request.method ?? '',
      url,
      authorization: headerOf(request, 'authorization'),
      prefer: headerOf(request, 'prefer'),
      clientRequestId: headerOf(request, 'client-request-id'),
      now: options.clock(),
      fault,
    });
    logLine(options, 'graph', request, answer);
    send(request, response, answer, {
      gzip: quirks.gzip,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
}

interface ExchangeSide {
  readonly population: readonly SimulatedDelivery[];
  readonly authority: Authority;
  readonly exchangeUrl: string;
}

export function exchangeListener(options: TenantOptions, side: ExchangeSide): RequestListener {
  const { registration, mint } = side.authority;
  const quirks = { ...REALISTIC_QUIRKS, ...options.quirks };
  const service = adminService({
    population: side.population,
    quirks,
    onboarding: options.exchangeOnboarding ?? 'complete',
    tokenChecks: options.tokenChecks ?? 'issued',
    mint,
    tenantId: registration.tenantId,
    audiences: [EXCHANGE_AUDIENCE, side.exchangeUrl],
    origin: side.exchangeUrl,
    setUp: options.setUp ?? HEALTHY_SET_UP,
  });
  const nextFault = faultCounter(options.exchangeFaults ?? []);
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = nextFault();
    const target = new URL(side.exchangeUrl + targetOf(request));
    const answer = service({
      method: request.method ?? '',
      path: target.pathname,
      search: target.search,
      authorization: headerOf(request, 'authorization'),
      anchorMailbox: headerOf(request, 'x-anchormailbox'),
      body: await bodyOf(request),
      now: options.clock(),
      fault,
    });
    logLine(options, 'exchange', request, answer);
    send(request, response, answer, {
      gzip: quirks.gzip,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
  return (request, response) => {
    answerOne(request, response).catch(() => request.socket.destroy());
  };
}

export function signInListener(
  options: TenantOptions,
  authority: Authority,
  origin: string,
): RequestListener {
  const nextFault = faultCounter(options.signInFaults ?? []);
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = nextFault();
    const body = await bodyOf(request);
    const now = options.clock();
    const asked = { method: request.method ?? '', origin, url: targetOf(request), body, now };
    const answer = fault?.kind === 'sign-in-refusal' ? refuseSignIn(fault.code, asked) : plainFault(fault);
    const given = answer ?? lastingRefusal(options, asked) ?? answerSignIn(authority, asked);
    logLine(options, 'sign-in', request, given);
    const dated = withHeaders(given, { date: now.toUTCString(), 'cache-control': 'no-store' });
    send(request, response, dated, {
      gzip: false,
      transmission: transmissionOf(fault),
      delayMs: options.delayMs ?? 0,
    });
  };
  return (request, response) => {
    answerOne(request, response).catch(() => request.socket.destroy());
  };
}

/** Of every wish for a token; discovery goes on. */
function lastingRefusal(
  { tokenRefusal }: TenantOptions,
  asked: Parameters<typeof refuseSignIn>[1],
): Answer | null {
  return tokenRefusal === undefined || asked.method !== 'POST' ? null : refuseSignIn(tokenRefusal, asked);
}

function logLine(options: TenantOptions, server: ServerName, request: IncomingMessage, answer: Answer): void {
  options.log?.({
    at: options.clock(),
    server,
    method: request.method ?? '',
    path: readablePath(targetOf(request)),
    status: answer.status,
    note: answer.note,
  });
}
