/**
 * Microsoft Graph as far as message trace and service communications go: who may ask, how often, what, and in which
 * form the answer comes.
 * Knows the wire from its own reading of the contract and shares no code with the client.
 */
import { randomUUID } from 'node:crypto';

import type { Announcements } from '../announcement/announcement.js';
import type { Answer } from '../answer.js';
import { jsonAnswer, withHeaders } from '../answer.js';
import type { Fault } from '../faults.js';
import { faultyAnswer } from '../faults.js';
import type { SimulatedDelivery } from '../population/delivery.js';
import { eventsSeenAt, groupedById } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import { fingerprintOf } from '../request-log.js';
import type { TokenMint } from '../sign-in/token.js';
import type { AnnouncementOnboarding, AnnouncementService } from './announcement/service.js';
import { announcementService } from './announcement/service.js';
import type { Exchange, GraphError } from './error-answer.js';
import {
  badRequest,
  errorAnswer,
  invalidToken,
  NO_PERMISSION,
  NO_SERVICE_PRINCIPAL,
  TOO_MANY_REQUESTS,
} from './error-answer.js';
import { listTraces } from './list.js';
import type { Admission, QuotaGate } from './quota.js';
import { quotaGate } from './quota.js';
import type { Route } from './route.js';
import { routeOf } from './route.js';
import { detailRows } from './wire.js';

/** What the administrator has set up for message trace. */
export type Onboarding = 'complete' | 'service-principal-missing' | 'permission-missing';

interface GraphRules {
  readonly population: readonly SimulatedDelivery[];
  readonly quirks: Quirks;
  readonly onboarding: Onboarding;
  readonly announcements: Announcements;
  readonly announcementOnboarding: AnnouncementOnboarding;
  /** `any`: every bearer token will do; `issued`: only an unexpired one of this tenant's authority. */
  readonly tokenChecks: 'issued' | 'any';
  readonly mint: TokenMint;
  readonly tenantId: string;
  /** Audiences that are this service. */
  readonly audiences: readonly string[];
  /** Seals the skip tokens. */
  readonly key: string;
}

interface GraphRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | null;
  readonly prefer: string | null;
  readonly clientRequestId: string | null;
  readonly now: Date;
  readonly fault: Fault | null;
}

type GraphService = (request: GraphRequest) => Answer;

type Verdict = GraphError | null;

/** Longer URLs find nothing; the service says 404. */
const LONGEST_URL = 8_192;

export function graphService(rules: GraphRules): GraphService {
  const gate = rules.quirks.quota === null ? null : quotaGate(rules.quirks.quota);
  const { announcements, announcementOnboarding, quirks } = rules;
  const state: State = {
    rules,
    gate,
    deliveriesById: groupedById(rules.population),
    answerNews: announcementService({ announcements, quirks, onboarding: announcementOnboarding }),
  };
  return (request) => {
    const requestId = randomUUID();
    const exchange = {
      now: request.now,
      requestId,
      clientRequestId: request.clientRequestId ?? requestId,
    };
    const answer = answerTo(request, exchange, state);
    const note = [tokenNote(request.authorization), answer.note].filter((part) => part !== '').join(', ');
    return withHeaders({ ...answer, note }, headersOf(exchange));
  };
}

interface State {
  readonly rules: GraphRules;
  readonly gate: QuotaGate | null;
  readonly deliveriesById: ReadonlyMap<string, readonly SimulatedDelivery[]>;
  readonly answerNews: AnnouncementService;
}

function answerTo(request: GraphRequest, exchange: Exchange, state: State): Answer {
  const { rules } = state;
  const refuse = (error: GraphError): Answer => errorAnswer(error, exchange, rules.quirks.innerErrorKey);
  const scripted = request.fault === null ? null : faultyAnswer(request.fault);
  if (scripted !== null) return scripted;
  if (request.fault?.kind === 'status') return statusFault(request.fault, refuse);
  const refusal = tokenRefusal(request, rules);
  if (refusal !== null) return refuse(refusal);
  const route = routeOf(request.method, request.url.pathname);
  if (route.kind === 'announcement') {
    const { version } = route;
    return state.answerNews({ ...request, version, route: route.route }, refuse);
  }
  const notSetUp = traceRefusal(rules.onboarding);
  if (notSetUp !== null) return refuse(notSetUp);
  if (request.url.href.length > LONGEST_URL || route.kind === 'unknown')
    return refuse(notFound(request, route));
  const admission = state.gate?.(route.kind, request.now) ?? null;
  if (admission?.admitted === false) return throttled(admission, rules.quirks, refuse);
  return route.kind === 'list'
    ? listAnswer(request, route, rules, refuse)
    : detailAnswer(route, request, state);
}

function tokenRefusal(request: GraphRequest, rules: GraphRules): Verdict {
  const token = bearerOf(request.authorization);
  if (token === null) return invalidToken('Access token is empty.');
  return rules.tokenChecks === 'any' ? null : misfitOf(token, request.now, rules);
}

function misfitOf(token: string, now: Date, rules: GraphRules): Verdict {
  const reading = rules.mint.read(token);
  if (!reading.ok) return invalidToken('IDX14100: JWT is not well formed, or its signature is not valid.');
  if (reading.expiresAt <= now) return invalidToken('Lifetime validation failed, the token is expired.');
  if (reading.tenantId !== rules.tenantId) return invalidToken('Invalid tenant.');
  return rules.audiences.includes(reading.audience)
    ? null
    : invalidToken('Access token validation failure. Invalid audience.');
}

/** The service principal and the permission are those of message trace; service communications need neither. */
function traceRefusal(onboarding: Onboarding): Verdict {
  if (onboarding === 'service-principal-missing') return NO_SERVICE_PRINCIPAL;
  return onboarding === 'permission-missing' ? NO_PERMISSION : null;
}

function listAnswer(
  request: GraphRequest,
  route: Extract<Route, { kind: 'list' }>,
  rules: GraphRules,
  refuse: (error: GraphError) => Answer,
): Answer {
  const unknownMembers = request.prefer?.toLowerCase().includes('include-unknown-enum-members') ?? false;
  const style = { version: route.version, unknownMembers, quirks: rules.quirks };
  const { url, now, fault } = request;
  const answer = listTraces({ url, now, style, fault }, rules);
  if (!answer.ok) return refuse(answer.error);
  const body = {
    '@odata.context': `https://graph.microsoft.com/${route.version}/$metadata#admin/exchange/tracing/messageTraces`,
    ...(answer.nextLink === null ? {} : { '@odata.nextLink': answer.nextLink }),
    value: answer.rows,
  };
  return jsonAnswer(
    200,
    body,
    `${answer.rows.length} rows${answer.nextLink === null ? '' : ', more follow'}`,
  );
}

/** A pair that is not known answers 200 with nothing in it. */
function detailAnswer(
  route: Extract<Route, { kind: 'details' }>,
  request: GraphRequest,
  state: State,
): Answer {
  const sameMessage = state.deliveriesById.get(route.id.toLowerCase()) ?? [];
  const delivery = sameMessage.find(
    ({ recipient }) => recipient.toLowerCase() === route.recipient.toLowerCase(),
  );
  const rows =
    delivery === undefined
      ? []
      : detailRows(delivery, eventsSeenAt(delivery, request.now), state.rules.quirks);
  const context = `https://graph.microsoft.com/${route.version}/$metadata#Collection(microsoft.graph.exchangeMessageTraceDetail)`;
  return jsonAnswer(200, { '@odata.context': context, value: rows }, `${rows.length} events`);
}

function throttled(admission: Admission, quirks: Quirks, refuse: (error: GraphError) => Answer): Answer {
  const habit = quirks.quota?.retryAfter ?? 'never';
  const tells = habit === 'always' || (habit === 'alternating' && admission.refusals % 2 === 1);
  const answer = refuse(TOO_MANY_REQUESTS);
  return tells ? withHeaders(answer, { 'retry-after': String(admission.retryAfterSeconds) }) : answer;
}

function statusFault(
  fault: Extract<Fault, { kind: 'status' }>,
  refuse: (error: GraphError) => Answer,
): Answer {
  const answer = refuse(fault.status === 429 ? TOO_MANY_REQUESTS : scriptedError(fault.status));
  return fault.retryAfter === null ? answer : withHeaders(answer, { 'retry-after': fault.retryAfter });
}

function scriptedError(status: number): GraphError {
  if (status === 401) return invalidToken('Lifetime validation failed, the token is expired.');
  if (status === 403) return NO_PERMISSION;
  return { status, code: 'UnknownError', message: '' };
}

function notFound(request: GraphRequest, route: Route): GraphError {
  if (route.kind !== 'unknown') return { status: 404, code: 'NotFound', message: 'The URL is too long.' };
  if (request.method !== 'GET') {
    return { status: 405, code: 'Request_BadRequest', message: 'The method is not allowed.' };
  }
  return badRequest(`Resource not found for the segment '${route.segment}'.`);
}

function bearerOf(authorization: string | null): string | null {
  const token = /^Bearer +(\S+)$/iu.exec(authorization ?? '')?.[1];
  return token ?? null;
}

function tokenNote(authorization: string | null): string {
  const token = bearerOf(authorization);
  return token === null ? 'no token' : `token ${fingerprintOf(token)}`;
}

function headersOf(exchange: Exchange): Readonly<Record<string, string>> {
  return {
    date: exchange.now.toUTCString(),
    'request-id': exchange.requestId,
    'client-request-id': exchange.clientRequestId,
    'cache-control': 'no-store',
  };
}
