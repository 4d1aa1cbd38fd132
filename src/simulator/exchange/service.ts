/**
 * The admin endpoint of Exchange Online as far as message trace and connectors go: who may run a cmdlet, how often, and how its
 * answer comes. Knows the wire from its own reading of the contract and shares no code with the client.
 */
import { randomUUID } from 'node:crypto';

import type { Answer } from '../answer.js';
import { jsonAnswer, withHeaders } from '../answer.js';
import type { Fault } from '../faults.js';
import { faultyAnswer } from '../faults.js';
import { quotaGate } from '../graph/quota.js';
import type { SimulatedDelivery } from '../population/delivery.js';
import { groupedById } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import { fingerprintOf } from '../request-log.js';
import type { TokenMint } from '../sign-in/token.js';
import type { Command } from './command.js';
import { readCommand } from './command.js';
import { readDetails } from './details.js';
import {
  badArgument,
  cmdletErrorAnswer,
  NOT_AUTHORISED,
  roleMissing,
  tooManyAtOnce,
  wrongVersion,
} from './error-answer.js';
import type { Placed } from './list.js';
import { inListOrder, listTraces } from './list.js';
import { askSetUp, pageOfSetUp, SET_UP_CMDLETS } from './set-up/ask-set-up.js';
import type { SetUpAt } from './set-up/set-up.js';
import { collection, detailRows, setUpRow, traceRow } from './wire.js';

/** What the administrator has set up: the permission of the app, and a role of its service principal. */
export type ExchangeOnboarding =
  | 'complete'
  /** Neither of them. */
  | 'permission-missing'
  | 'role-missing'
  /** The role may list, and not look at one delivery. */
  | 'detail-role-missing'
  /** The role is good for these cmdlets only. */
  | { readonly allows: readonly string[] }
  /** The role is good for all but these cmdlets. */
  | { readonly lacks: readonly string[] };

interface AdminRules {
  readonly population: readonly SimulatedDelivery[];
  readonly quirks: Quirks;
  readonly onboarding: ExchangeOnboarding;
  readonly tokenChecks: 'issued' | 'any';
  readonly mint: TokenMint;
  readonly tenantId: string;
  readonly audiences: readonly string[];
  /** Where links to the rest lead, as `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly setUp: SetUpAt;
}

interface AdminRequest {
  readonly method: string;
  readonly path: string;
  /** From the question mark on; empty without one. */
  readonly search: string;
  readonly authorization: string | null;
  readonly anchorMailbox: string | null;
  readonly body: string;
  readonly now: Date;
  readonly fault: Fault | null;
}

type AdminService = (request: AdminRequest) => Answer;

interface SortedMail {
  readonly placed: readonly Placed[];
  readonly deliveriesById: ReadonlyMap<string, readonly SimulatedDelivery[]>;
}

interface State {
  readonly rules: AdminRules;
  /** On first use: large populations are mostly asked through Graph alone. */
  readonly mail: () => SortedMail;
  readonly gate: ReturnType<typeof quotaGate> | null;
}

export function adminService(rules: AdminRules): AdminService {
  const { population, quirks } = rules;
  let mail: SortedMail | null = null;
  const state: State = {
    rules,
    mail: () => (mail ??= { placed: inListOrder(population), deliveriesById: groupedById(population) }),
    gate: quirks.quota === null ? null : quotaGate(quirks.quota),
  };
  return (request) =>
    withHeaders(answerTo(request, state), {
      date: request.now.toUTCString(),
      'request-id': randomUUID(),
      'cache-control': 'no-store',
    });
}

function answerTo(request: AdminRequest, state: State): Answer {
  const scripted = faultAnswer(request.fault);
  if (scripted !== null) return scripted;
  const { rules } = state;
  const token = /^Bearer +(\S+)$/iu.exec(request.authorization ?? '')?.[1] ?? null;
  if (!isGoodToken(token, request.now, rules)) return NOT_AUTHORISED;
  const command = readCommand(request.body);
  const words = command.ok ? command.value.written : 'no command';
  const answer = routed(request, state, command);
  return { ...answer, note: `token ${fingerprintOf(token ?? '')}, ${words}: ${answer.note}` };
}

function routed(request: AdminRequest, state: State, command: ReturnType<typeof readCommand>): Answer {
  const { rules } = state;
  if (rules.onboarding === 'permission-missing') return NOT_AUTHORISED;
  const place = `/adminapi/beta/${rules.tenantId}/invokecommand`;
  if (request.method !== 'POST' || request.path.toLowerCase() !== place) return wrongVersion(request.path);
  if (request.anchorMailbox?.endsWith(`@${rules.tenantId}`) !== true) return strayed(request.path);
  if (!command.ok) return cmdletErrorAnswer(command.error);
  if (!mayRun(command.value.cmdlet, rules.onboarding)) return roleMissing(false);
  return shownSetUp(command.value, request, rules) ?? traced(command.value, request, state);
}

/** Of traces alone a quota is known. */
function traced(command: Command, request: AdminRequest, state: State): Answer {
  const admission = state.gate?.(isList(command) ? 'list' : 'details', request.now);
  if (admission?.admitted === false) return tooManyAtOnce(429);
  return ran(command, request, state);
}

/** Null for a cmdlet that shows no set-up. */
function shownSetUp(
  command: Command,
  { now, search, fault }: AdminRequest,
  { setUp, quirks, tenantId, origin }: AdminRules,
): Answer | null {
  const shown = askSetUp(command, setUp(now));
  if (shown === null) return null;
  if (!shown.ok) return cmdletErrorAnswer(shown.error);
  if (fault?.kind === 'null-value') {
    return jsonAnswer(200, collection(null, ['The result is empty.'], tenantId), 'fault: value is null');
  }
  const from = Number(new URLSearchParams(search).get('$skiptoken') ?? 0);
  if (from > 0 && quirks.exchangeLinks === 'refused') return cmdletErrorAnswer(EXPIRED_LINK);
  const { objects, next } = pageOfSetUp(shown.value.objects, from, quirks);
  const wire = objects.map((object, index) => setUpRow(object, quirks, index));
  const link =
    next === null ? null : `${origin}/adminapi/beta/${tenantId}/InvokeCommand?$skiptoken=${String(next)}`;
  const body = collection(wire, shown.value.warnings, tenantId, link);
  return jsonAnswer(200, body, `${wire.length} objects${next === null ? '' : ', more follow'}`);
}

const EXPIRED_LINK = badArgument(
  'Expired or Invalid pagination request. Default Expiry time is 00:30:00',
  'Microsoft.Exchange.Management.RestApi.InvalidPaginationException',
);

function isList({ cmdlet }: Command): boolean {
  return cmdlet.toLowerCase() === 'get-messagetracev2';
}

/** A cmdlet that the role does not have does not exist for the caller. */
function mayRun(cmdlet: string, onboarding: ExchangeOnboarding): boolean {
  return allowedBy(onboarding).includes(cmdlet.toLowerCase());
}

function allowedBy(onboarding: ExchangeOnboarding): readonly string[] {
  if (onboarding === 'complete') return CMDLETS;
  if (onboarding === 'detail-role-missing') return ['get-messagetracev2'];
  if (typeof onboarding === 'string') return [];
  const isAmong = (names: readonly string[]) => (cmdlet: string) =>
    names.some((name) => name.toLowerCase() === cmdlet);
  if ('allows' in onboarding) return CMDLETS.filter(isAmong(onboarding.allows));
  const isLacking = isAmong(onboarding.lacks);
  return CMDLETS.filter((cmdlet) => !isLacking(cmdlet));
}

const CMDLETS: readonly string[] = ['get-messagetracev2', 'get-messagetracedetailv2', ...SET_UP_CMDLETS];

function ran(command: Command, { now, fault }: AdminRequest, state: State): Answer {
  const { rules } = state;
  const { placed, deliveriesById } = state.mail();
  const { quirks, tenantId } = rules;
  if (fault?.kind === 'null-value') {
    return jsonAnswer(200, collection(null, ['The result is empty.'], tenantId), 'fault: value is null');
  }
  if (isList(command)) {
    const isStuck = fault?.kind === 'repeat-page';
    const asked = isStuck ? withoutCursor(command, now) : command;
    const answer = listTraces(asked, { placed, now, quirks });
    if (!answer.ok) return cmdletErrorAnswer(answer.error);
    const { rows, warnings } = answer.value;
    const wire = rows.map((row, index) => traceRow(row, quirks, index));
    const note = `${rows.length} rows${warnings.length === 0 ? '' : ', more follow'}`;
    return jsonAnswer(200, collection(wire, warnings, tenantId), note);
  }
  const answer = readDetails(command, { deliveriesById, now, quirks });
  if (!answer.ok) return cmdletErrorAnswer(answer.error);
  const { delivery, events } = answer.value;
  const wire = delivery === null ? [] : detailRows(delivery, events, quirks);
  return jsonAnswer(200, collection(wire, [], tenantId), `${wire.length} events`);
}

/** As a service would that forgets where its client was. */
function withoutCursor(command: Command, now: Date): Command {
  const kept = [...command.parameters].filter(([name]) => name !== 'startingrecipientaddress');
  return { ...command, parameters: new Map([...kept, ['enddate', now.toISOString()]]) };
}

function isGoodToken(token: string | null, now: Date, rules: AdminRules): boolean {
  if (token === null) return false;
  if (rules.tokenChecks === 'any') return true;
  const reading = rules.mint.read(token);
  return (
    reading.ok &&
    reading.expiresAt > now &&
    reading.tenantId === rules.tenantId &&
    rules.audiences.includes(reading.audience)
  );
}

/** Without the anchor of this tenant a request ends up elsewhere. */
function strayed(path: string): Answer {
  const location = `https://outlook-other.fabrikam.example${path}`;
  return { status: 302, headers: { location }, body: '', note: 'no anchor mailbox: sent elsewhere' };
}

function faultAnswer(fault: Fault | null): Answer | null {
  if (fault === null) return null;
  switch (fault.kind) {
    case 'concurrency':
      return tooManyAtOnce(fault.status);
    case 'nul':
      return roleMissing(fault.isCalledGzip);
    case 'status':
      return statusFault(fault);
    default:
      return faultyAnswer(fault);
  }
}

/** Errors of what stands before the cmdlets are plain text. */
function statusFault({ status, retryAfter }: Extract<Fault, { kind: 'status' }>): Answer {
  if (status === 401) return NOT_AUTHORISED;
  if (status === 403) return roleMissing(false);
  const headers: Readonly<Record<string, string>> = retryAfter === null ? {} : { 'retry-after': retryAfter };
  return withHeaders(
    { ...tooManyAtOnce(status), body: 'The server is busy.', note: `fault: ${status}` },
    headers,
  );
}
