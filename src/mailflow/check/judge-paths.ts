/** What a walk of the paths of mail says, and how long its certificates hold. It proves reach, never acceptance. */
import type { JudgedPath, RouteJudgement } from '../connector/path/route-judgement.js';
import { isWorking } from '../connector/path/route-judgement.js';
import type { Finding } from '../finding.js';
import { counted, formatCount } from '../quantity.js';
import { blindBy, type Blindness, type CheckDraft } from './check-draft.js';
import type { Asked } from './check-evidence.js';
import type { Measure } from './check-result.js';
import type { CertificatesSettings, MailPathsSettings } from './check-settings.js';
import { ignored, isListed, worstFirst } from './sort-findings.js';

type AskedPaths = Asked<readonly RouteJudgement[]>;

/** How long a certificate is valid has a check of its own. */
const OF_CERTIFICATES: ReadonlySet<string> = new Set(['probe-certificate-expires-soon']);

export function draftPaths(asked: AskedPaths, settings: MailPathsSettings): CheckDraft {
  const routes = routesOf(asked);
  const paths = pathsOf(routes);
  const broken = paths.filter(({ status }) => status === 'fail' || status === 'permerror');
  const works = paths.filter(({ status }) => isWorking(status));
  const gap = routes.flatMap(({ gaps }) => gaps).at(0) ?? null;
  const partial = gap === null ? null : blindBy(partly(gap));
  const blind = notSeen(asked) ?? (routes.length === 0 ? NO_ROUTES : partial);
  return {
    findings: worstFirst(
      routes
        .flatMap((route) => route.findings.map((finding) => weighed(finding, route, settings)))
        .filter(({ id }) => !OF_CERTIFICATES.has(id)),
    ),
    blind,
    seen:
      paths.length === 0
        ? null
        : `${formatCount(works.length)} of ${counted(paths.length, 'path works', 'paths work')}, ${formatCount(broken.length)} are broken.`,
    measures: [
      measure('paths_tried', 'Paths that were tried', asked.kind === 'seen' ? paths.length : null),
      measure('paths_broken', 'Paths that are broken', asked.kind === 'seen' ? broken.length : null),
    ],
  };
}

const NO_ROUTES: Blindness = blindBy({
  why: 'there is no smart host and no mail host to try',
  reason: 'nothing-to-try',
  remedy: 'Name the domains of the tenant in the policy (`ownDomains`), or let connectors be read.',
  retryAfterSeconds: null,
});

function partly({ what, ...rest }: RouteJudgement['gaps'][number]) {
  return { ...rest, why: `not to be told: ${what.replace(/\.$/u, '')}` };
}

function weighed(
  finding: Finding,
  { paths, route }: RouteJudgement,
  { ignoreFindings, ignoreHosts }: MailPathsSettings,
): Finding {
  // As it is told, or by the part of its name that says what it is.
  const names = [finding.id, finding.id.replace(/^(?:probe|dns|path)-/u, '')];
  if (names.some((name) => isListed(name, ignoreFindings))) return ignored(finding, 'this finding');
  const of = paths.filter(({ findings }) => findings.some(({ id }) => id === finding.id));
  const hosts = [finding.subject, ...of.map(({ hop }) => hop?.host ?? route.name)];
  const isOfIgnored = isListed(finding.subject, ignoreHosts);
  const areAllIgnored = of.length > 0 && hosts.slice(1).every((host) => isListed(host, ignoreHosts));
  return isOfIgnored || areAllIgnored ? ignored(finding, 'this host') : finding;
}

const DAY_SECONDS = 86_400;

export function draftCertificates(asked: AskedPaths, now: Date, settings: CertificatesSettings): CheckDraft {
  const { warningDays, criticalDays, ignoreHosts } = settings;
  const seen = certificatesOf(pathsOf(routesOf(asked)), now).filter(
    ({ host }) => !isListed(host, ignoreHosts),
  );
  const [soonest] = seen;
  const within = (days: number): readonly SeenCertificate[] =>
    seen.filter(({ leftSeconds }) => leftSeconds < days * DAY_SECONDS);
  return {
    findings: within(Math.max(warningDays, criticalDays)).map((certificate) =>
      certificateFinding(certificate, settings),
    ),
    blind: notSeen(asked) ?? (soonest === undefined ? NO_CERTIFICATES : null),
    seen:
      soonest === undefined
        ? null
        : `${counted(seen.length, 'certificate was', 'certificates were')} seen; the first one ${endText(soonest)}.`,
    measures: [
      {
        ...measure(
          'certificate_time_left',
          'Time until the first certificate expires',
          soonest?.leftSeconds ?? null,
        ),
        unit: 'seconds',
      },
      {
        ...measure(
          'certificates_ending',
          `Certificates that are valid for less than ${formatCount(warningDays)} days`,
          soonest === undefined ? null : within(warningDays).length,
        ),
        warning: 1,
      },
      {
        ...measure(
          'certificates_at_their_end',
          `Certificates that are valid for less than ${formatCount(criticalDays)} days`,
          soonest === undefined ? null : within(criticalDays).length,
        ),
        critical: 1,
      },
    ],
  };
}

const NO_CERTIFICATES: Blindness = blindBy({
  why: 'no host showed a certificate',
  reason: 'not-seen',
  remedy: 'Run it on a machine that may connect to port 25; `mailcheck connectors probe` shows each step.',
  retryAfterSeconds: null,
});

interface SeenCertificate {
  readonly host: string;
  readonly validTo: Date;
  readonly leftSeconds: number;
}

/** Each host once with the one that ends first, as its addresses may show different ones; the first to end first. */
function certificatesOf(paths: readonly JudgedPath[], now: Date): readonly SeenCertificate[] {
  const byHost = new Map<string, SeenCertificate>();
  for (const { hop, route, probe } of paths) {
    const validTo = probe?.tls.kind === 'established' ? (probe.tls.facts.certificate?.validTo ?? null) : null;
    if (validTo === null) continue;
    const host = hop?.host ?? route.name;
    const known = byHost.get(host);
    if (known !== undefined && known.validTo <= validTo) continue;
    const leftSeconds = Math.floor((validTo.getTime() - now.getTime()) / 1000);
    byHost.set(host, { host, validTo, leftSeconds });
  }
  return [...byHost.values()].toSorted((one, other) => one.leftSeconds - other.leftSeconds);
}

function certificateFinding(
  { host, validTo, leftSeconds }: SeenCertificate,
  { warningDays, criticalDays }: CertificatesSettings,
): Finding {
  return {
    id: leftSeconds <= 0 ? 'certificate-expired' : 'certificate-expires-soon',
    level: leftSeconds < criticalDays * DAY_SECONDS ? 'critical' : 'warning',
    title: leftSeconds <= 0 ? 'A certificate has expired' : 'A certificate expires soon',
    subject: host,
    evidence: [
      `It is valid until ${validTo.toISOString().slice(0, 16).replace('T', ' ')} UTC: ${daysText(leftSeconds)} left. Below ${formatCount(warningDays)} days it is a warning, below ${formatCount(criticalDays)} critical.`,
    ],
    remedy: 'Order a new certificate and put it in place before this one ends.',
    source: 'probe',
  };
}

function endText({ leftSeconds }: SeenCertificate): string {
  return leftSeconds <= 0 ? 'has expired' : `expires in ${daysText(leftSeconds)}`;
}

function daysText(seconds: number): string {
  return counted(Math.max(0, Math.floor(seconds / DAY_SECONDS)), 'day', 'days');
}

function routesOf(asked: AskedPaths): readonly RouteJudgement[] {
  return asked.kind === 'seen' ? asked.value : [];
}

function pathsOf(routes: readonly RouteJudgement[]): readonly JudgedPath[] {
  return routes.flatMap(({ paths }) => paths);
}

function notSeen(asked: AskedPaths): Blindness | null {
  return asked.kind === 'seen' ? null : blindBy(asked.trouble, asked.kind === 'failed');
}

function measure(name: string, help: string, value: number | null): Measure {
  return { name, help, unit: 'count', value, warning: null, critical: null };
}
