import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CommonOptions } from '#cli/common-options.js';
import type { TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { EXCHANGE_TERMS, GRAPH_TERMS, type ServiceTerms } from '#mailflow/trace/question.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { Environment, ServiceSettings } from '#settings/service-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { openExchangeTraceSource } from '#sources/exchange/exchange-trace-source.js';
import { BOTH_NEEDED } from '#sources/exchange/refusal.js';
import { tenantGuidOf } from '#sources/exchange/tenant-guid.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { openSend } from '#sources/http/send.js';
import { environmentTokens, signInAuthority } from '#sources/sign-in/environment-tokens.js';
import { readyToken } from '#sources/sign-in/ready-token.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';
import { tokenTenant } from '#sources/sign-in/token-tenant.js';

import { isAttended } from './attended.js';
import { viaExchange } from './other-way.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import type { TraceHistories } from './trace-histories.js';

/** The quota of the service is counted over five minutes; longer than that nobody waits without asking for it. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** A pipe sits out what is hardly longer than a slow answer; its reader would rather hear when to come again. */
export const PATIENCE_OF_A_PIPE_MS = 10_000;

export const CLOCK = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }),
};

export interface Talk {
  readonly onNotice: (text: string) => void;
  /** Replaced by the next. */
  readonly onCountdown: (text: string) => void;
}

export async function serviceSource(
  request: TraceRequest,
  options: CommonOptions,
  environment: Environment,
  talk: Talk & { readonly ledgers: QuotaLedgers; readonly histories: TraceHistories | null },
): Promise<TraceSource> {
  const { ledgers, histories, onNotice, onCountdown } = talk;
  const settings = resolveServiceSettings(options, environment);
  const origin = settings.via === 'graph' ? parseGraphUrl(settings.url) : parseExchangeUrl(settings.url);
  const caPem = settings.caFile === null ? null : await readCertificates(settings.caFile);
  const attended = isAttended(environment);
  const scope = { origin: origin.origin, tenant: tenantOf(settings) };
  const shared = {
    origin,
    tokens: tokensOf(settings, {
      ...{ caPem, onNotice },
      ifFresh: settings.via === 'graph' ? '' : ` If it is fresh, ${BOTH_NEEDED}.`,
    }),
    tenant: settings.tenant,
    caPem,
    env: environment,
    clock: CLOCK,
    ledger: ledgers.ledger({
      scope,
      isAttended: attended,
      quota: request.quota,
      keepsHistory: request.keepsHistory,
    }),
    maxRequests: request.maxRequests,
    deadlineMs: deadlineOf(options, request),
    patienceMs: request.waitForQuota || attended ? Infinity : PATIENCE_OF_A_PIPE_MS,
    onNotice,
    onCountdown,
    ...(options.verbose ? { onRequest: onNotice } : {}),
  };
  const remembering = (source: TraceSource, terms: ServiceTerms): TraceSource =>
    histories === null ? source : histories.remembering(source, terms, scope);
  if (settings.via === 'graph') {
    const source = openGraphTraceSource({
      ...shared,
      kind: settings.isDrill ? 'drill' : 'graph',
      otherWay: viaExchange(process.argv.slice(2), options.redact),
    });
    return remembering(source, GRAPH_TERMS);
  }
  const source = openExchangeTraceSource({
    ...shared,
    kind: settings.isDrill ? 'drill' : 'exchange',
    tenantGuid: tenantGuid(settings, caPem),
  });
  return remembering(source, EXCHANGE_TERMS);
}

/** Learnt from the sign-in service where the tenant was named by a domain. */
export function tenantGuid(
  settings: ServiceSettings,
  caPem: string | null,
): (signal: AbortSignal) => Promise<string> {
  const { tenant, signInEnvironment: env } = settings;
  const { authorityHost: origin } = signInAuthority({ env, authorityHost: settings.authorityHost });
  const { host } = new URL(origin);
  return tenantGuidOf({
    tenant,
    signInHost: host,
    send: openSend({ origin, isSecure: true }, { caPem, env }),
  });
}

export function deadlineOf(
  options: CommonOptions,
  request: Pick<TraceRequest, 'waitForQuota'>,
): number | null {
  if (options.timeoutSeconds === null && request.waitForQuota) return null;
  return CLOCK.monotonicMs() + (options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
}

/** What the token says is surer than what a person typed; a domain and its GUID are two tenants to what is kept. */
export function tenantOf({ readyToken: token, tenant }: ServiceSettings): string {
  const named = token === null ? null : tokenTenant(token);
  return (named ?? tenant ?? '').toLowerCase();
}

/** `ifFresh`: what else a ready token that is refused may want. */
export function tokensOf(
  settings: ServiceSettings,
  {
    caPem,
    onNotice,
    ifFresh,
  }: { readonly caPem: string | null; readonly ifFresh: string } & Pick<Talk, 'onNotice'>,
): TokenSource {
  const { readyToken: token, tokenVariable, signInEnvironment: env, authorityHost } = settings;
  if (token !== null) return readyToken(token, tokenVariable, ifFresh);
  return environmentTokens({ env, authorityHost, tokenVariable, caPem, clock: CLOCK, onNotice });
}

export async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('configuration', `The CA file ${path} cannot be read.`, {
      remedy: 'Name a PEM file that exists and that you may read, with --ca-file or MAILCHECK_CA_FILE.',
      cause,
    });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new Failure('configuration', `The CA file ${path} holds no certificate.`, {
    remedy: 'Name a PEM file; it has a line -----BEGIN CERTIFICATE-----.',
  });
}
