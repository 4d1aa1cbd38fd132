/** One thing that is wrong between a person's machine and a tenant that is well. The client meets it on real sockets and real files. */
import type { Tenant } from '../tenant.js';
import type { TenantOptions } from '../tenant-options.js';

export interface BrokenSetUp {
  /** As it is given behind a scenario, as `expired-secret` in `calm+expired-secret`. */
  readonly name: string;
  /** What is wrong, for help. */
  readonly title: string;
  /** How the tenant differs. */
  readonly tenant?: BrokenTenant;
  /** What stands otherwise in the environment; undefined takes a variable away. */
  readonly variables?: (place: BrokenPlace) => Readonly<Record<string, string | undefined>>;
  /** How far the clocks of the tenant are ahead of ours. */
  readonly aheadMs?: number;
  /** What the proxy of the drill answers to whoever wants through; none is there when absent. */
  readonly proxyAnswers?: number;
  /** The CA file holds another authority than the one that signs. */
  readonly isSignedByAnother?: boolean;
  /** What is wrong with the folder of what is kept. */
  readonly home?: 'open-to-all' | 'below-a-file' | 'damaged-store';
}

interface BrokenPlace {
  readonly tenant: Tenant;
  /** Where its proxy listens; empty without one. */
  readonly proxy: string;
  readonly now: Date;
}

type BrokenTenant = Pick<
  TenantOptions,
  | 'onboarding'
  | 'announcementOnboarding'
  | 'exchangeOnboarding'
  | 'faults'
  | 'announcementFaults'
  | 'exchangeFaults'
  | 'unreachable'
  | 'tokenRefusal'
  | 'withoutRoles'
>;

/** Several at once: each differs in its own. */
export function tenantOfAll(given: BrokenTenant, broken: readonly BrokenSetUp[]): BrokenTenant {
  const parts = [given, ...broken.map(({ tenant = {} }) => tenant)];
  return {
    ...parts.reduce<BrokenTenant>((all, part) => ({ ...all, ...part }), {}),
    withoutRoles: parts.flatMap(({ withoutRoles = [] }) => withoutRoles),
    unreachable: parts.flatMap(({ unreachable = [] }) => unreachable),
  };
}
