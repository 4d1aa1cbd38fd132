import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import { readFlag } from '#cli/flag.js';
import { verboseFlag } from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import type { DoctorVerdict } from '#mailflow/doctor/conclude-doctor.js';
import { concludeDoctor, findingsOf, gapsOf } from '#mailflow/doctor/conclude-doctor.js';
import type { CheckState, DoctorCheck } from '#mailflow/doctor/doctor-check.js';
import { examine } from '#mailflow/doctor/examine.js';

import { doctorViews } from './doctor.view.js';
import type { DoctorAnswer } from './doctor-answer.js';
import { gatherEvidence } from './gather.js';
import { REHEARSALS } from './rehearsals.js';

/** Whoever is told what is wrong waits no longer than for an answer that comes. */
const TIMEOUT_SECONDS = 60;

interface DoctorOptions {
  readonly isWhole: boolean;
}

export const doctor = defineCommand<DoctorOptions, DoctorCheck, DoctorAnswer>({
  words: ['doctor'],
  summary: 'Find what stops the first answer, and name the nearest cause first with its cure',
  permissions: [
    'None is needed to be told what is missing; all that it tries are those of mailcheck help permissions',
  ],
  examples: [
    { does: 'Why does it not work here?', line: 'doctor' },
    { does: 'Each check with its evidence, for a support case', line: 'doctor --verbose' },
    { does: 'How that looks with an expired secret', line: 'doctor --drill=calm+expired-secret' },
    { does: 'Behind a proxy that opens TLS', line: 'doctor --ca-file proxy-ca.pem' },
    {
      does: 'The first cause alone, for a script',
      line: "doctor --drill=calm+health-permission --format json | jq -r '.summary.cause'",
    },
  ],
  about: `Looks at one thing after the other, from this machine outwards: Node.js, terminal, files, store, settings, clock, proxy, DNS, TLS, each host, credentials, sign-in, tokens, quota, permissions and roles. What leans on something broken is skipped; what is well is named in a few lines, with --verbose each check in full. It sends 5 questions to Graph and Exchange, 6 at most, each for one line, and says how many; Exchange is left out with --via graph. Of a secret or token nothing is shown but what kind it is and where it was found. Code 4: no trace can be asked before it is cured; 2: traces can, but something else is refused; 3: something could not be reached; 1: a warning. To rehearse, a drill takes behind a + what is to be wrong, several of them as calm+wrong-clock+wrong-secret: ${REHEARSALS.join(', ')}.`,
  flags: [],
  asksGraphAlways: true,
  judges: true,
  schema: 'mailcheck.doctor/1',
  habits: () => ({ screenRows: 40 }),
  parse: (raw, context) => ({ isWhole: readFlag(raw, verboseFlag, context) }),
  run: runDoctor,
  views: doctorViews,
});

async function* runDoctor({ isWhole }: DoctorOptions, ports: Ports): Answer<DoctorCheck, DoctorAnswer> {
  const source = await ports.doctor({ timeoutSeconds: TIMEOUT_SECONDS });
  const { now, signal, progress } = ports;
  const evidence = await gatherEvidence(source, { now, signal, progress });
  const checks = examine(evidence);
  const verdict = concludeDoctor(checks, evidence);
  yield checks;
  const requests = source.requestCount();
  return {
    result: { verdict, checks, requests, isWhole },
    summary: summaryOf(checks, verdict, requests),
    tenant: source.tenant,
    source: { kind: source.isDrill ? 'drill' : 'graph', asOf: null, requests },
    window: null,
    findings: findingsOf(checks),
    incomplete: gapsOf(checks),
    isRefused: verdict.level === 'refused',
  };
}

function summaryOf(checks: readonly DoctorCheck[], verdict: DoctorVerdict, requests: number): object {
  const { level, sentence, cause, canTrace } = verdict;
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  return {
    ...{ level, sentence, cause: cause?.id ?? null, cure: cause?.cure ?? null, canTrace },
    ok: count('ok'),
    warning: count('warning'),
    broken: count('broken'),
    unknown: count('unknown'),
    skipped: count('skipped'),
    requests,
  };
}
