/** A tenant in this process for the program in another one. Its clock stands still, so that its oracle has one answer. */
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import type { RequestLogLine } from '#simulator/request-log.js';
import type { OracleRow, Tenant } from '#simulator/tenant.js';
import { startTenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import { READY_TOKEN } from '../secrets/canary.js';
import { delivery, numberedId } from '../simulator/population.js';

export interface ServedTenant extends Tenant {
  readonly now: Date;
  /** Every request so far, in order. */
  readonly lines: readonly RequestLogLine[];
  /** When each of them came, in milliseconds of a clock that does not stand still. */
  readonly arrivals: readonly number[];
  /** Resolves when somebody has asked for the first time. */
  readonly firstRequest: Promise<void>;
  /** The environment with which the program finds it; any token will do. */
  readonly env: Readonly<Record<string, string>>;
  /** The same for its Exchange. */
  readonly exchangeEnv: Readonly<Record<string, string>>;
  /** What the trace shows, by `keyOf`. */
  readonly truth: () => ReadonlyMap<string, OracleRow>;
}

export type Served = Omit<TenantOptions, 'population' | 'clock' | 'log'>;

/** The clock of a tenant that is asked by a program with the real one; whole seconds. */
export function thisSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

export async function serveTenant(
  now: Date,
  population: readonly SimulatedDelivery[],
  options: Served = {},
): Promise<ServedTenant> {
  const lines: RequestLogLine[] = [];
  const arrivals: number[] = [];
  let tellFirst: () => void = () => undefined;
  const firstRequest = new Promise<void>((resolve) => (tellFirst = resolve));
  const log = (line: RequestLogLine): void => {
    lines.push(line);
    arrivals.push(performance.now());
    tellFirst();
  };
  const tenant = await startTenant({ tokenChecks: 'any', ...options, population, clock: () => now, log });
  return {
    ...tenant,
    now,
    lines,
    arrivals,
    firstRequest,
    env: { MAILCHECK_GRAPH_URL: tenant.graphUrl, MAILCHECK_GRAPH_TOKEN: READY_TOKEN },
    exchangeEnv: {
      MAILCHECK_EXCHANGE_URL: tenant.exchangeUrl,
      MAILCHECK_EXCHANGE_TOKEN: READY_TOKEN,
      AZURE_TENANT_ID: tenant.tenantId,
    },
    truth: () =>
      new Map(tenant.oracle(now).map((row) => [keyOf(row.delivery.id, row.delivery.recipient), row])),
  };
}

export function keyOf(traceId: string, recipient: string): string {
  return `${traceId} ${recipient}`;
}

/** One row of so many minutes ago. */
export function rowAt(
  now: Date,
  minutes: number,
  over: Partial<SimulatedDelivery> & { readonly status?: string } = {},
): SimulatedDelivery {
  return delivery({ receivedAt: new Date(now.getTime() - minutes * 60_000), ...over });
}

/** `count` rows spread evenly from `newest` to `oldest` minutes ago, three recipients a message. */
export function rowsBetween(
  now: Date,
  [newest, oldest]: readonly [number, number],
  count: number,
  over: (index: number) => Partial<SimulatedDelivery> & { readonly status?: string },
): readonly SimulatedDelivery[] {
  return Array.from({ length: count }, (_, index) => {
    const message = Math.floor(index / 3);
    const minutes = newest + ((oldest - newest) * message * 3) / count;
    const receivedAt = new Date(Math.floor((now.getTime() - minutes * 60_000) / 1000) * 1000);
    return rowAt(now, minutes, {
      id: numberedId(message),
      messageId: `<m${message}@mail.fabrikam.example>`,
      recipient: `r${index}@contoso.example`,
      receivedAt,
      ...over(index),
    });
  });
}
