/**
 * Sorts what `status` finds under the checks: no rule of its own, so that the two cannot disagree. A policy may say of
 * some of it that it is known; then it is told, and does not count.
 */
import { judgeConnectors } from '../connector/judge-connectors.js';
import type { Finding } from '../finding.js';
import type { ServiceIssue } from '../health/service-issue.js';
import { classOf } from '../health/status-words.js';
import type { Evidence, SignalFinding } from '../incident/evidence.js';
import type { SignalName } from '../incident/signal.js';
import type { CheckPolicy } from './check-policy.js';
import type { CheckId, ConnectorsSettings, ServiceHealthSettings } from './check-settings.js';

export type FindingsByCheck = ReadonlyMap<CheckId, readonly Finding[]>;

/** Of each check the worst first. */
export function sortFindings(evidence: Evidence, { checks }: Pick<CheckPolicy, 'checks'>): FindingsByCheck {
  const findings = [...evidence.findings, ...lintWarnings(evidence, checks.connectors.settings)];
  const byCheck = new Map<CheckId, Finding[]>();
  for (const found of findings) {
    const id = checkOf(found);
    const own = byCheck.get(id) ?? [];
    own.push(found.finding);
    byCheck.set(id, own);
  }
  const health = byCheck.get('service-health') ?? [];
  const connectors = byCheck.get('connectors') ?? [];
  byCheck.set(
    'service-health',
    health.map((finding) => weighedHealth(finding, evidence, checks['service-health'].settings)),
  );
  byCheck.set(
    'connectors',
    connectors.map((finding) => weighedConnector(finding, checks.connectors.settings)),
  );
  return new Map([...byCheck].map(([id, own]) => [id, worstFirst(own)]));
}

const CHECK_BY_SIGNAL: Readonly<Record<SignalName, CheckId>> = {
  trace: 'held-mail',
  looks: 'held-mail',
  inbound: 'inbound-volume',
  // What is seen of reach that is a finding is mail hosts that put senders off.
  reach: 'inbound-volume',
  health: 'service-health',
  'status-page': 'service-health',
  'sign-in': 'sign-in',
  connectors: 'connectors',
};

/** Those of a trace that have a check of their own. */
const CHECK_BY_FINDING: ReadonlyMap<string, CheckId> = new Map<string, CheckId>([
  ['mail-deferred-now', 'deferral-rate'],
  ['held-mail-expiring', 'expiring-mail'],
  ['mail-fails', 'bounce-rate'],
  ['connector-host-unreached', 'connectors'],
]);

function checkOf({ signal, finding }: SignalFinding): CheckId {
  return CHECK_BY_FINDING.get(finding.id) ?? CHECK_BY_SIGNAL[signal];
}

const LEVEL_ORDER: Readonly<Record<Finding['level'], number>> = { critical: 0, warning: 1, info: 2 };

export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => LEVEL_ORDER[one.level] - LEVEL_ORDER[other.level]);
}

function weighedHealth(
  finding: Finding,
  { openIssues, health }: Evidence,
  { ignoreServices, ignoreIssues, advisoriesWarn }: ServiceHealthSettings,
): Finding {
  const issue = openIssues.find(({ id }) => id === finding.subject);
  if (isListed(finding.subject, ignoreIssues)) return ignored(finding, 'this issue');
  const names =
    issue === undefined
      ? (health?.services ?? [])
          .filter(({ service }) => service === finding.subject)
          .flatMap(({ id, service }) => [id, service])
      : [issue.service];
  const isIgnored = ignoreServices.some((part) => names.some((name) => holdsText(name, part)));
  if (isIgnored) return ignored(finding, 'this service');
  return isAdvisory(issue) && !advisoriesWarn ? { ...finding, level: 'info' } : finding;
}

function isAdvisory(issue: ServiceIssue | undefined): boolean {
  return issue !== undefined && classOf(issue.classification) === 'advisory';
}

function weighedConnector(finding: Finding, { ignoreFindings, ignoreSubjects }: ConnectorsSettings): Finding {
  if (isListed(finding.id, ignoreFindings)) return ignored(finding, 'this finding');
  return isListed(finding.subject, ignoreSubjects) ? ignored(finding, 'it') : finding;
}

/** Told, and it does not count. */
export function ignored(finding: Finding, what: string): Finding {
  if (finding.level === 'info') return finding;
  return {
    ...finding,
    level: 'info',
    evidence: [
      ...finding.evidence,
      `It would be ${LEVEL_WORDS[finding.level]}; the policy says to ignore ${what}.`,
    ],
  };
}

const LEVEL_WORDS = { warning: 'a warning', critical: 'critical' } as const;

/** Whole names, ignoring case. */
export function isListed(name: string, list: readonly string[]): boolean {
  return list.some((each) => each.trim().toLowerCase() === name.trim().toLowerCase());
}

function holdsText(name: string, part: string): boolean {
  return part.trim() !== '' && name.toLowerCase().includes(part.trim().toLowerCase());
}

/** What the lint warns of beside what `status` looks at, where a policy asks for it. */
function lintWarnings(
  { sightings, findings }: Evidence,
  { warningsWarn }: ConnectorsSettings,
): readonly SignalFinding[] {
  const { value } = sightings.connectors;
  if (!warningsWarn || value === null) return [];
  const keyOf = ({ id, subject }: Finding): string => JSON.stringify([id, subject]);
  const counted = new Set(
    findings.filter(({ finding }) => finding.level !== 'info').map(({ finding }) => keyOf(finding)),
  );
  return judgeConnectors(value)
    .filter(({ level }) => level !== 'info')
    .filter((finding) => !counted.has(keyOf(finding)))
    .map((finding) => ({ signal: 'connectors', finding: { ...finding, level: 'warning' } }));
}
