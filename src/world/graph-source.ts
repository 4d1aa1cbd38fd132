import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CommonOptions } from '#cli/common-options.js';
import type { TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { Environment, ServiceSettings } from '#settings/service-settings.js';
import { resolveServiceSettings } from '#settings/service-settings.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { environmentTokens } from '#sources/sign-in/environment-tokens.js';
import { readyToken } from '#sources/sign-in/ready-token.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';
import { tokenTenant } from '#sources/sign-in/token-tenant.js';

import { isAttended } from './attended.js';
import type { QuotaLedgers } from './quota-ledgers.js';

/** The quota of the service is counted over five minutes; longer than that nobody waits without asking for it. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** A pipe sits out what is hardly longer than a slow answer; its reader would rather hear when to come again. */
const PATIENCE_OF_A_PIPE_MS = 10_000;

const CLOCK = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }),
};

interface Talk {
  readonly onNotice: (text: string) => void;
  /** Replaced by the next. */
  readonly onCountdown: (text: string) => void;
}

export async function graphSource(
  request: TraceRequest,
  options: CommonOptions,
  environment: Environment,
  talk: Talk & { readonly ledgers: QuotaLedgers },
): Promise<TraceSource> {
  const { ledgers, onNotice, onCountdown } = talk;
  const settings = resolveServiceSettings(options, environment);
  const origin = parseGraphUrl(settings.graphUrl);
  const caPem = settings.caFile === null ? null : await readCertificates(settings.caFile);
  const attended = isAttended(environment);
  return openGraphTraceSource({
    origin,
    tokens: tokensOf(settings, caPem, onNotice),
    tenant: settings.tenant,
    caPem,
    env: environment,
    clock: CLOCK,
    ledger: ledgers.ledger({
      scope: { origin: origin.origin, tenant: tenantOf(settings) },
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
    kind: settings.label,
  });
}

function deadlineOf(options: CommonOptions, request: TraceRequest): number | null {
  if (options.timeoutSeconds === null && request.waitForQuota) return null;
  return CLOCK.monotonicMs() + (options.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
}

/** What the token says is surer than what a person typed; a domain and its GUID are two tenants to the ledger. */
function tenantOf({ graphToken, tenant }: ServiceSettings): string {
  const named = graphToken === null ? null : tokenTenant(graphToken);
  return (named ?? tenant ?? '').toLowerCase();
}

function tokensOf(settings: ServiceSettings, caPem: string | null, onNotice: Talk['onNotice']): TokenSource {
  if (settings.graphToken !== null) return readyToken(settings.graphToken);
  return environmentTokens({ env: settings.signInEnvironment, caPem, clock: CLOCK, onNotice });
}

async function readCertificates(path: string): Promise<string> {
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
