/** The way to each host: proxy, name, connection, TLS, first answer. Each trouble is told once, by the first that it stands at. */
import { REACH_REASONS } from '../reach/judge-reach.js';
import type { DoctorCheck } from './doctor-check.js';
import { brokenCheck, okCheck, skippedCheck, warningCheck } from './doctor-check.js';
import type { DoctorEvidence, DoctorHost, HostSight } from './doctor-evidence.js';

export function judgeProxy(evidence: DoctorEvidence): DoctorCheck {
  const told = { id: 'proxy', title: 'Proxy' };
  const { proxy, proxyVariable } = evidence.setUp;
  if (proxy === null) return okCheck({ ...told, says: 'None is set.' });
  const refused = lookedAt(evidence).filter(({ proxyRefusal }) => proxyRefusal !== null);
  const [first] = inOrderOfNeed(refused, evidence);
  const named = `${proxy}, of ${proxyVariable ?? 'the environment'}`;
  if (first === undefined) {
    const through = lookedAt(evidence).filter(({ isProxied }) => isProxied);
    const beside = lookedAt(evidence).filter(({ isProxied }) => !isProxied);
    return okCheck({
      ...told,
      says: `${named}, lets us through.`,
      evidence: [
        ...(through.length === 0 ? [] : [`Through it: ${hostList(through)}.`]),
        ...(beside.length === 0 ? [] : [`Beside it (NO_PROXY, or this machine): ${hostList(beside)}.`]),
      ],
    });
  }
  const code = first.proxyRefusal ?? '';
  return troubled(first, evidence, {
    ...told,
    ...proxyWords(code, first.host, named),
    evidence: refused.map(({ host, proxyRefusal }) => `${host}: ${proxyRefusal ?? ''}.`),
    reason: /^4\d\d$/u.test(code) ? 'configuration' : 'unreachable',
  });
}

function proxyWords(
  code: string,
  host: string,
  named: string,
): { readonly says: string; readonly cure: string } {
  if (code === '407') {
    return {
      says: `The proxy ${named}, wants a user and a password (407).`,
      cure: 'Put them into HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT, or name hosts that need no proxy in NO_PROXY.',
    };
  }
  if (/^4\d\d$/u.test(code)) {
    return {
      says: `The proxy ${named}, does not let us through to ${host} (${code}).`,
      cure: `Have ${host}:443 admitted at the proxy, or name it in NO_PROXY if it needs none.`,
    };
  }
  return {
    says: `The proxy ${named}, does not lead anywhere (${code}).`,
    cure: 'Check HTTPS_PROXY and the proxy itself, and name hosts that need none in NO_PROXY.',
  };
}

export function judgeNames(evidence: DoctorEvidence): DoctorCheck {
  const told = { id: 'names', title: 'DNS' };
  const hosts = lookedAt(evidence);
  const unknown = hosts.filter((sight) => sight.proxyRefusal === null && failedAt(sight, 'resolve'));
  const [first] = inOrderOfNeed(unknown, evidence);
  if (first === undefined) {
    const own = hosts.filter(({ isProxied, proxyRefusal }) => !isProxied && proxyRefusal === null);
    if (own.length === 0) return skippedCheck({ ...told, says: 'The proxy looks names up.' });
    return okCheck({ ...told, says: 'Every name that was looked up is known.' });
  }
  const isSilent = unknown.some(
    ({ outcome }) => outcome.kind === 'failed' && outcome.reason === 'name-server-silent',
  );
  const all = unknown.length === hosts.length;
  const what = all ? 'No name can be resolved here' : `The name ${first.host} cannot be resolved here`;
  return troubled(first, evidence, {
    ...told,
    says: `${what}: ${isSilent ? 'the name server is silent' : 'there is no such name'}.`,
    evidence: unknown.map(failureText),
    cure: all
      ? 'Check the network and the name servers of this machine; behind a proxy that looks names up, set HTTPS_PROXY.'
      : `Check the name servers of this machine, --cloud, and ${ADDRESS_OF[first.target]}.`,
    reason: 'unreachable',
  });
}

const ADDRESS_OF: Readonly<Record<DoctorHost, string>> = {
  control: 'MAILCHECK_CONTROL_URL',
  'sign-in': 'AZURE_AUTHORITY_HOST',
  graph: '--graph-url (MAILCHECK_GRAPH_URL)',
  exchange: '--exchange-url (MAILCHECK_EXCHANGE_URL)',
  'status-page': 'MAILCHECK_STATUS_URL',
};

/** Somebody between here and the host who signs in its place is seen by who vouches for the certificate. */
export function judgeTls(evidence: DoctorEvidence): DoctorCheck {
  const told = { id: 'tls', title: 'TLS' };
  const hosts = lookedAt(evidence);
  const untrusted = hosts.filter(
    ({ outcome }) => outcome.kind === 'failed' && outcome.reason === 'certificate',
  );
  const [first] = inOrderOfNeed(untrusted, evidence);
  if (first !== undefined) return untrustedCheck(first, untrusted, evidence);
  const seen = hosts.filter(({ certificate }) => certificate !== null);
  if (seen.length === 0) {
    return skippedCheck({ ...told, says: 'No certificate was seen.' });
  }
  const ours = seen.filter(({ certificate }) => certificate?.isPublic === false);
  const [own] = ours;
  if (own === undefined) {
    return okCheck({
      ...told,
      says: 'Every certificate is from a public authority.',
      evidence: seen.map(vouchText),
    });
  }
  return okCheck({
    ...told,
    says: `${own.host} shows a certificate of ${own.certificate?.authority ?? ''}, no public authority; it is trusted here.`,
    evidence: [
      ...seen.map(vouchText),
      'Whoever holds the key of that authority can read what goes there, tokens too.',
    ],
  });
}

function untrustedCheck(
  first: HostSight,
  untrusted: readonly HostSight[],
  evidence: DoctorEvidence,
): DoctorCheck {
  const told = { id: 'tls', title: 'TLS' };
  const { certificate, outcome, host } = first;
  const code = outcome.kind === 'failed' ? outcome.text : '';
  const trusted = evidence.setUp.caFile;
  const named = trusted === null ? '' : ` (now ${trusted})`;
  const signed =
    certificate === null || certificate.isPublic
      ? {
          says: `The certificate of ${host} is not trusted (${code}).`,
          cure: 'Check the address and the clock of this machine; if a proxy signs it, name its PEM file with --ca-file.',
        }
      : {
          says: `The certificate of ${host} is signed by ${certificate.authority}, which is not trusted here (${code}): somebody opens TLS on the way.`,
          cure: `If that is a proxy of your own network, save its certificate as PEM and name the file with --ca-file or MAILCHECK_CA_FILE${named}; otherwise do not sign in here.`,
        };
  return troubled(first, evidence, {
    ...told,
    ...signed,
    evidence: untrusted.flatMap((sight) => [
      failureText(sight),
      ...(sight.certificate === null ? [] : [vouchText(sight)]),
    ]),
    reason: 'configuration',
  });
}

function vouchText({ host, certificate }: HostSight): string {
  const until = certificate?.validUntil?.toISOString().slice(0, 10);
  return `${host}: by ${certificate?.authority ?? 'nobody'}${certificate?.isPublic === true ? '' : ', no public authority'}${until === undefined ? '' : `, until ${until}`}.`;
}

const HOSTS: readonly (readonly [DoctorHost, string])[] = [
  ['sign-in', 'Sign-in host'],
  ['graph', 'Graph host'],
  ['exchange', 'Exchange host'],
  ['status-page', 'Status page'],
];

/** One for each host, of connection and first answer; what stands at an earlier step was told there. */
export function judgeReachOfHosts(evidence: DoctorEvidence): readonly DoctorCheck[] {
  return HOSTS.map(([target, title]) => {
    const told = { id: `reach-${target}`, title };
    const sight = lookedAt(evidence).find((each) => each.target === target);
    if (sight === undefined) return skippedCheck({ ...told, says: 'Not asked for.' });
    return judgeReachOfHost(sight, told, evidence);
  });
}

function judgeReachOfHost(
  sight: HostSight,
  told: Pick<DoctorCheck, 'id' | 'title'>,
  evidence: DoctorEvidence,
): DoctorCheck {
  const { outcome, host, port, target } = sight;
  if (outcome.kind === 'reached') {
    return okCheck({ ...told, says: `${host}:${port} answers within ${outcome.firstByteMs} ms.` });
  }
  if (sight.proxyRefusal !== null) return skipped(told, 'proxy');
  if (outcome.step === 'resolve') return skipped(told, 'names');
  if (outcome.reason === 'certificate') return skipped(told, 'tls');
  const control = lookedAt(evidence).find((each) => each.target === 'control');
  const others = controlText(control);
  return troubled(sight, evidence, {
    ...told,
    says: `${host}:${port} cannot be reached: ${STEPS[outcome.step]}: ${REACH_REASONS[outcome.reason]} (${outcome.text}).`,
    evidence: others,
    cure: `Check that firewall and proxy let this machine through to ${host}:${port}, and ${ADDRESS_OF[target]}; then try again.`,
    reason: outcome.reason === 'timeout' ? 'timeout' : 'unreachable',
  });
}

const STEPS = {
  resolve: 'its name',
  connect: 'its connection (TCP)',
  tls: 'TLS',
  'first-byte': 'its first answer (HTTP)',
} as const;

function controlText(control: HostSight | undefined): readonly string[] {
  if (control === undefined) return [];
  return [
    control.outcome.kind === 'reached'
      ? `${control.host}, which has to do with nobody, answers: it is the way to this host, or the host.`
      : `${control.host}, which has to do with nobody, cannot be reached either: it is our own network.`,
  ];
}

function skipped(told: Pick<DoctorCheck, 'id' | 'title'>, after: string): DoctorCheck {
  return skippedCheck({ ...told, says: 'Not reached, for the reason above.', after });
}

/** Whether a first answer needs it. Exchange is needed where it is asked for alone, or where Graph is not to be had. */
export function isNeeded(target: DoctorHost, { setUp, credential, hosts }: DoctorEvidence): boolean {
  switch (target) {
    case 'control':
    case 'status-page':
      return false;
    case 'sign-in':
      return credential.kind === 'missing' || credential.needsSignIn;
    case 'graph':
      return setUp.traces !== 'exchange';
    case 'exchange':
      return (
        setUp.traces === 'exchange' ||
        (setUp.traces === 'either' &&
          (hosts ?? []).some((each) => each.target === 'graph' && each.outcome.kind === 'failed'))
      );
  }
}

/** Hosts that are to be asked, and the one that has to do with nobody. */
function lookedAt({ hosts, setUp }: DoctorEvidence): readonly HostSight[] {
  return (hosts ?? []).filter(({ target }) => target !== 'exchange' || setUp.traces !== 'graph');
}

function inOrderOfNeed(sights: readonly HostSight[], evidence: DoctorEvidence): readonly HostSight[] {
  const needed = sights.filter(({ target }) => isNeeded(target, evidence));
  return [...needed, ...sights.filter(({ target }) => !isNeeded(target, evidence))];
}

function troubled(
  { target }: HostSight,
  evidence: DoctorEvidence,
  told: Parameters<typeof brokenCheck>[0],
): DoctorCheck {
  return isNeeded(target, evidence) ? brokenCheck(told) : warningCheck(told);
}

function failedAt({ outcome }: HostSight, step: 'resolve'): boolean {
  return outcome.kind === 'failed' && outcome.step === step;
}

function failureText({ host, outcome }: HostSight): string {
  if (outcome.kind === 'reached') return `${host}: reached.`;
  return `${host}: ${REACH_REASONS[outcome.reason]} (${outcome.text}).`;
}

function hostList(sights: readonly HostSight[]): string {
  return sights.map(({ host }) => host).join(', ');
}
