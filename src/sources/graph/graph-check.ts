/** One line of each area of Graph, to prove that it may be asked. What the line says is not read. */
import { randomUUID } from 'node:crypto';

import type { CallSight } from '#mailflow/doctor/doctor-evidence.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { openRequestGate, type RequestGate } from '../http/request-gate.js';
import { openSend, SEND_LIMITS } from '../http/send.js';
import type { ServiceOptions } from '../http/service-options.js';
import { told } from '../http/told-send.js';
import { troubleTold } from '../http/trouble-told.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import { type GraphArea, HEALTH_AREA, MESSAGES_AREA, TRACE_AREA } from './graph-area.js';
import { type Got, openGraphClient, type Target } from './graph-client.js';
import { filterOf, MESSAGE_TRACES_PATH } from './message-traces.js';
import { HEALTH_OVERVIEWS_PATH } from './service-health.js';
import { MESSAGES_PATH } from './service-messages.js';

type GraphCall = 'trace' | 'health' | 'messages';

interface GraphCheckOptions extends ServiceOptions {
  /** For service health and the message centre, which have a quota of their own. */
  readonly healthLedger: RequestLedger;
}

export interface GraphCheck {
  readonly requestCount: () => number;
  /** Rejects only when a person stops it. */
  readonly ask: (call: GraphCall, signal: AbortSignal) => Promise<CallSight>;
}

const EVERY_DELIVERY: Omit<TraceQuery, 'window'> = {
  ...{ senders: [], recipients: [], subject: null, messageIds: [], messageTraceIds: [], statuses: [] },
};

const HOUR_MS = 3_600_000;

/** Opens nothing yet. Asks each once, and once more where a token may have died: a service in trouble is told as such at once. */
export function openGraphCheck(options: GraphCheckOptions): GraphCheck {
  const { clock, requestsElsewhere = () => 0 } = options;
  const gates: RequestGate[] = [];
  const requestCount = (): number => gates.reduce((sum, gate) => sum + gate.admittedCount(), 0);
  return {
    requestCount,
    ask: async (call, signal) => {
      const { area, target } = questionOf(call, clock.now());
      const gate = openRequestGate({
        ...{ ...options, errand: area.errand, onCountdown: ignore, onNotice: ignore },
        ledger: call === 'trace' ? options.ledger : options.healthLedger,
        requestsElsewhere: () => requestsElsewhere() + requestCount() - gate.admittedCount(),
        deadlineMs: clock.monotonicMs(),
      });
      gates.push(gate);
      const client = openGraphClient({
        ...{ ...options, area, gate, own: options.origin, otherWay: null, onNotice: ignore },
        send: told(openSend(options.origin, options, options.limits ?? SEND_LIMITS), options),
        newRequestId: options.newRequestId ?? randomUUID,
      });
      const got = await client.get(target, signal);
      if (isAborted(signal)) throw stoppedFailure(signal);
      return sightOf(got);
    },
  };
}

function ignore(): void {
  // What is tried again is no news to whoever looks for causes.
}

function questionOf(call: GraphCall, now: Date): { readonly area: GraphArea; readonly target: Target } {
  const question = { kind: 'question', filter: null, top: null, pageSize: null } as const;
  switch (call) {
    case 'trace': {
      const window = { from: new Date(now.getTime() - HOUR_MS), to: now };
      const filter = filterOf({ ...EVERY_DELIVERY, window });
      return { area: TRACE_AREA, target: { ...question, path: MESSAGE_TRACES_PATH, filter, top: 1 } };
    }
    case 'health':
      return { area: HEALTH_AREA, target: { ...question, path: HEALTH_OVERVIEWS_PATH } };
    case 'messages':
      return { area: MESSAGES_AREA, target: { ...question, path: MESSAGES_PATH, top: 1 } };
  }
}

function sightOf(got: Got): CallSight {
  if (got.kind === 'page') return { kind: 'answered' };
  return { kind: 'failed', meaning: meaningOf(got), trouble: troubleTold(got.trouble.failure) };
}

function meaningOf({
  status,
  trouble,
  lacksServicePrincipal,
}: Extract<Got, { kind: 'stopped' }>): Extract<CallSight, { kind: 'failed' }>['meaning'] {
  if (lacksServicePrincipal) return 'service-principal';
  if (status === 401 || trouble.failure.kind === 'sign-in') return 'token';
  return status === 403 ? 'permission' : 'other';
}
