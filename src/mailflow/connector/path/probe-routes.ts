/** From routes whose names are known to what was seen at each address. One connection for each, however many routes share it. */
import { parseIpAddress } from '../dns/ip-address.js';
import type { HostAddress } from '../dns/mail-dns.js';
import type { SmtpProbe } from '../probe/smtp-probe.js';
import { PROBE_DEADLINES, type SmtpProber, type SmtpQuestion } from '../probe/smtp-prober.js';
import { inPace, type Pace, type PaceClock, PROBE_PACE } from './in-pace.js';
import type { Hop, LookedUpRoute } from './mail-route.js';

/** What was seen at one address of a hop. */
export interface PathSight {
  readonly hop: Hop;
  readonly address: HostAddress;
  readonly probe: SmtpProbe;
}

/** With the sights of each of its hops, in their order. */
export interface SeenRoute {
  readonly looked: LookedUpRoute;
  readonly sights: readonly PathSight[];
}

export interface ProbeRoutesOptions {
  readonly prober: SmtpProber;
  readonly clock: PaceClock;
  readonly signal: AbortSignal;
  readonly pace?: Pace;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Some hosts have dozens; a sender tries a few. */
export const MOST_ADDRESSES = 8;
const IMPLICIT_TLS_PORT = 465;

export async function probeRoutes(
  routes: readonly LookedUpRoute[],
  { prober, clock, signal, pace = PROBE_PACE, onProgress }: ProbeRoutesOptions,
): Promise<readonly SeenRoute[]> {
  const paths = routes.flatMap((looked) => pathsOf(looked));
  const questions = [...new Map(paths.map(({ question }) => [keyOf(question), question])).values()];
  const probes = await inPace(questions, {
    ...{ pace, clock, signal, whenStopped: () => STOPPED },
    hostOf: ({ address }) => address,
    run: (question) => prober.probe(question, signal),
    onDone: (done) => onProgress?.(done, questions.length),
  });
  const probeByKey = new Map(questions.map((question, index) => [keyOf(question), probes[index]]));
  return routes.map((looked) => ({
    looked,
    sights: paths
      .filter((path) => path.looked === looked)
      .map(({ hop, address, question }) => ({
        ...{ hop, address },
        probe: probeByKey.get(keyOf(question)) ?? STOPPED,
      })),
  }));
}

interface Path {
  readonly looked: LookedUpRoute;
  readonly hop: Hop;
  readonly address: HostAddress;
  readonly question: SmtpQuestion;
}

function pathsOf(looked: LookedUpRoute): readonly Path[] {
  const { stopAfter, recipient } = looked.route;
  return looked.hops.flatMap((hop) => {
    if (hop.addresses.kind !== 'found') return [];
    return hop.addresses.records.slice(0, MOST_ADDRESSES).map((address) => ({
      ...{ looked, hop, address },
      question: {
        name: parseIpAddress(hop.host) === null ? hop.host : null,
        address: address.address,
        port: hop.port,
        security: hop.port === IMPLICIT_TLS_PORT ? 'implicit' : 'starttls',
        ...{ stopAfter, recipient, deadlines: PROBE_DEADLINES },
      },
    }));
  });
}

function keyOf({ name, address, port, stopAfter, recipient }: SmtpQuestion): string {
  return JSON.stringify([name, address, port, stopAfter, recipient]);
}

/** The time was up before its turn came. */
const STOPPED: SmtpProbe = {
  phases: [
    {
      ...{ phase: 'connect', tookMs: 0, reply: null },
      trouble: { reason: 'stopped', text: '', pendingBytes: 0 },
    },
  ],
  end: { kind: 'broken', phase: 'connect' },
  ...{ tls: { kind: 'not-seen' }, capabilities: null, securedCapabilities: null },
  ...{ oddities: [], bytesRead: 0 },
};
