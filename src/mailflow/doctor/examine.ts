/**
 * Everything that can stop the first answer, judged in the order in which one thing leans on another: this machine, the way
 * out, who we are, what that lets us see. Refuses to know how anything was looked at.
 */
import { CLOCK, type DoctorCheck } from './doctor-check.js';
import type { DoctorEvidence } from './doctor-evidence.js';
import {
  judgeCredential,
  judgeExchange,
  judgeExchangeToken,
  judgeGraphToken,
  judgeHealth,
  judgeMessages,
  judgeQuota,
  judgeSignIn,
  judgeTrace,
  judgeTracePrincipal,
} from './judge-access.js';
import { judgeClock, judgeFiles, judgeNode, judgeSetUp, judgeStore, judgeTerminal } from './judge-machine.js';
import { judgeNames, judgeProxy, judgeReachOfHosts, judgeTls } from './judge-network.js';

/** Whoever is nearest to us stands first: what comes after it cannot be trusted before it is cured. */
export function examine(evidence: DoctorEvidence): readonly DoctorCheck[] {
  return withReasons([
    judgeNode(evidence),
    judgeTerminal(evidence),
    judgeFiles(evidence),
    judgeStore(evidence),
    judgeSetUp(evidence),
    ...network(evidence),
    judgeCredential(evidence),
    judgeSignIn(evidence),
    judgeGraphToken(evidence),
    judgeQuota(evidence),
    judgeTracePrincipal(evidence),
    judgeTrace(evidence),
    judgeHealth(evidence),
    judgeMessages(evidence),
    judgeExchangeToken(evidence),
    ...judgeExchange(evidence),
  ]);
}

function network(evidence: DoctorEvidence): readonly DoctorCheck[] {
  return [
    judgeClock(evidence),
    judgeProxy(evidence),
    judgeNames(evidence),
    judgeTls(evidence),
    ...judgeReachOfHosts(evidence),
  ];
}

/** What nobody looked at was skipped because of the nearest thing before it that is broken. */
function withReasons(checks: readonly DoctorCheck[]): readonly DoctorCheck[] {
  return checks.map((check, index) =>
    check.says === '' ? unlooked(check, checks.slice(0, index).find(isInTheWay)) : check,
  );
}

/** A wrong clock spoils answers, and keeps nobody from asking. */
function isInTheWay({ id, state, says }: DoctorCheck): boolean {
  return id !== CLOCK && (state === 'broken' || (state === 'unknown' && says !== ''));
}

function unlooked(check: DoctorCheck, first: DoctorCheck | undefined): DoctorCheck {
  if (first === undefined) return { ...check, state: 'skipped', says: 'Not looked at.' };
  return { ...check, state: 'skipped', says: `Not looked at: ${first.title} comes first.`, after: first.id };
}
