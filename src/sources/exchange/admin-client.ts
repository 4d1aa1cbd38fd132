import { Failure } from '#failure.js';

import { type Answer, answerOf, jsonOf } from '../http/answer.js';
import { type Bearer, bearing } from '../http/bearer.js';
import type { SourceClock } from '../http/clock.js';
import { withinTime } from '../http/deadline.js';
import type { Errand } from '../http/errand.js';
import { type Call, stoppedBy, type Trouble, troubleOf } from '../http/exchange.js';
import type { RequestGate } from '../http/request-gate.js';
import { type RetryHabits, retrying } from '../http/retry.js';
import { createRetryAllowance } from '../http/retry-allowance.js';
import type { Send } from '../http/send.js';
import type { ServiceOrigin } from '../http/service.js';
import { isAborted } from '../sign-in/stopped.js';
import type { TokenSource } from '../sign-in/token-source.js';
import { EXCHANGE_WORDS } from './exchange-origin.js';
import { inTurn } from './in-turn.js';
import { isUnknownObject, refusalOf, saysTooMany } from './refusal.js';

/** A cmdlet to run; only such that read. */
export interface Command {
  readonly cmdlet: Cmdlet;
  /** Several values as a list, dates as ISO 8601 in UTC. */
  readonly parameters: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** The rest of an answer: where the same question is posted again. From the first slash on. */
  readonly restAt?: string;
}

export type Cmdlet =
  | 'Get-MessageTraceV2'
  | 'Get-MessageTraceDetailV2'
  | 'Get-InboundConnector'
  | 'Get-OutboundConnector'
  | 'Get-AcceptedDomain'
  | 'Get-TransportConfig'
  | 'Get-TransportRule'
  | 'Get-OnPremServerReportInfo';

export type Got =
  | {
      readonly kind: 'answer';
      readonly body: unknown;
      readonly requestId: string | null;
      readonly date: Date | null;
    }
  | {
      readonly kind: 'stopped';
      readonly trouble: Trouble;
      /** Null when there was no answer. */
      readonly status: number | null;
      /** The service knows no such object; which may be no trouble. */
      readonly isUnknownObject: boolean;
    };

export interface AdminClient {
  readonly invoke: (command: Command, signal: AbortSignal) => Promise<Got>;
}

interface AdminClientOptions {
  readonly errand: Errand;
  readonly own: ServiceOrigin;
  readonly tokens: TokenSource;
  /** The GUID of the tenant; it stands in every path. Rejects with a Failure when it cannot be learnt. */
  readonly tenantGuid: (signal: AbortSignal) => Promise<string>;
  readonly send: Send;
  readonly gate: RequestGate;
  readonly clock: SourceClock;
  /** On the monotonic clock; null for none. */
  readonly deadlineMs: number | null;
  readonly paceMs: number;
  readonly newRequestId: () => string;
  readonly onNotice: (text: string) => void;
}

const RETRY_HABITS: RetryHabits = {
  backoffMs: (attempt) => 3000 * attempt,
  pauseMs: (attempt) => 3000 * attempt,
  isThrottled: ({ status, body }) => status === 400 && saysTooMany(body),
};

/** Runs cmdlets by `InvokeCommand`. The path is undocumented for third parties; the module of Microsoft itself uses it. */
export function openAdminClient(options: AdminClientOptions): AdminClient {
  const { own, errand, tokens, clock, deadlineMs, paceMs } = options;
  const { host } = new URL(own.origin);
  const allowance = createRetryAllowance();
  const bearer = bearing({
    allowance,
    tokens,
    scope: `${own.origin}/.default`,
    next: inTurn(
      retrying({
        ...{ ...options, host, words: EXCHANGE_WORDS },
        ...{ errand, habits: RETRY_HABITS, allowance },
      }),
      clock,
      paceMs,
    ),
    isLasting: () => false,
    requestIdOf: () => null,
  });
  return {
    invoke: (command, signal) => {
      const leftMs = deadlineMs === null ? null : deadlineMs - clock.monotonicMs();
      const bounds = { leftMs, signal, timeUp: () => timeUp(host, errand) };
      return withinTime(bounds, (bounded) => invoke(command, bounded, { ...options, host, bearer }));
    },
  };
}

function timeUp(host: string, errand: Errand): Failure {
  return new Failure('timeout', `The time was up before ${host} had answered.`, {
    remedy: errand.whenLate,
  });
}

interface Carriage extends Pick<AdminClientOptions, 'tenantGuid' | 'newRequestId'> {
  readonly host: string;
  readonly bearer: Bearer;
}

async function invoke(command: Command, signal: AbortSignal, carriage: Carriage): Promise<Got> {
  const { host, bearer } = carriage;
  if (isAborted(signal)) return unanswered(stoppedBy(signal).trouble);
  const tenant = await guidOrTrouble(signal, carriage);
  if (typeof tenant !== 'string') return unanswered(tenant);
  const exchange = await bearer.step({
    path: command.restAt ?? `/adminapi/beta/${tenant}/InvokeCommand`,
    headers: headersOf(command, tenant, carriage.newRequestId()),
    json: JSON.stringify({ CmdletInput: { CmdletName: command.cmdlet, Parameters: command.parameters } }),
    signal,
  });
  if (exchange.kind === 'stopped') return unanswered(exchange.trouble);
  const answer = answerOf(exchange.response);
  return readAnswer(answer, { host, cmdlet: command.cmdlet, secrets: bearer.secrets() });
}

function unanswered(trouble: Trouble): Got {
  return { kind: 'stopped', trouble, status: null, isUnknownObject: false };
}

async function guidOrTrouble(signal: AbortSignal, { tenantGuid }: Carriage): Promise<string | Trouble> {
  try {
    return await tenantGuid(signal);
  } catch (error) {
    if (error instanceof Failure) return troubleOf(error);
    throw error;
  }
}

/** The mailbox that every tenant has: without an anchor the request is led round, or elsewhere. */
const ANCHOR = 'APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}';

function headersOf({ cmdlet }: Command, tenant: string, requestId: string): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    'x-anchormailbox': `${ANCHOR}@${tenant}`,
    'x-cmdletname': cmdlet,
    'client-request-id': requestId,
  };
}

/** Every question has the same path. */
export function cmdletOf({ path, headers }: Call): string {
  return [path, headers['x-cmdletname'] ?? ''].join(' ').trim();
}

function readAnswer(answer: Answer, context: Parameters<typeof refusalOf>[1]): Got {
  const page = jsonOf(answer);
  if (page !== null)
    return { kind: 'answer', body: page.value, requestId: answer.requestId, date: answer.date };
  const trouble = refusalOf(answer, context);
  return { kind: 'stopped', trouble, status: answer.status, isUnknownObject: isUnknownObject(answer) };
}
