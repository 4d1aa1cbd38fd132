/** Whether our own way out is open: found out before anybody else is blamed. */
import type { MailDns } from '../dns/mail-dns.js';
import type { OwnNetwork } from '../probe/probe-path.js';
import { isPassed } from '../probe/proven.js';
import type { SmtpProbe } from '../probe/smtp-probe.js';
import { PROBE_DEADLINES, type SmtpProber } from '../probe/smtp-prober.js';
import type { NamedHost } from './named-host.js';
import { SMTP_PORT } from './plan-routes.js';
import type { SeenRoute } from './probe-routes.js';

interface ControlOptions {
  readonly dns: MailDns;
  readonly prober: SmtpProber;
  readonly signal: AbortSignal;
}

/** Whether a mail host that takes connections from everybody can be connected to; null where its name could not be looked up. */
export async function tryControlHost(
  { host, port }: NamedHost,
  { dns, prober, signal }: ControlOptions,
): Promise<boolean | null> {
  const found = await dns.addresses(host, signal);
  const address =
    found.kind === 'found' ? found.records.toSorted((a, b) => a.family - b.family)[0]?.address : undefined;
  if (address === undefined) return null;
  const probe = await prober.probe(
    {
      ...{ name: null, address, port, security: 'starttls', stopAfter: 'banner', recipient: null },
      deadlines: PROBE_DEADLINES,
    },
    signal,
  );
  return hasConnected(probe);
}

export interface ControlReadings {
  /** Whether a web host that has to do with nobody answers; null where that could not be tried. */
  readonly web: boolean | null;
  readonly mail: boolean | null;
}

/** A connection that came about is stronger than a control probe that did not: networks shut what they do not need. */
export function ownNetworkOf({ web, mail }: ControlReadings, seen: readonly SeenRoute[]): OwnNetwork {
  const reached = seen
    .flatMap(({ sights }) => sights)
    .filter(({ probe }) => hasConnected(probe))
    .map(({ hop }) => hop.port);
  const ownNetworkOk = web === false && (reached.length > 0 || mail === true) ? null : web;
  return { ownNetworkOk, port25Open: reached.includes(SMTP_PORT) ? true : mail };
}

function hasConnected({ phases }: SmtpProbe): boolean {
  return phases.some((phase) => phase.phase === 'connect' && isPassed(phase));
}
