import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { choiceFlag, readFlag, switchFlag } from '#cli/flag.js';
import {
  atFlag,
  colorFlag,
  DRILL_SCENARIOS,
  formatFlag,
  outputFlag,
  quietFlag,
  redactFlag,
} from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';

import type { DrillRow, Shell } from './drill.view.js';
import { drillViews } from './drill.view.js';

interface DrillOptions {
  readonly scenario: string | null;
  readonly at: string | null;
  readonly shell: Shell;
  readonly log: boolean;
}

const shellFlag = choiceFlag('shell', ['sh', 'powershell'], 'sh', 'How to write the environment lines.');
const logFlag = switchFlag('log', 'Show each request as it is answered.');

export const drill = defineCommand<DrillOptions, DrillRow, null>({
  words: ['drill'],
  summary: 'Serve a simulated tenant, to rehearse an outage or to test a script',
  positional: '[SCENARIO]',
  positionalChoices: DRILL_SCENARIOS,
  permissions: [],
  examples: [
    { does: 'The outage of June 2026, with each request shown', line: 'drill june-2026 --log' },
    { does: 'Ten to three in the afternoon of the other outage', line: 'drill january-2026 --at 14:50' },
    { does: 'An ordinary day, lines for PowerShell', line: 'drill calm --shell powershell' },
  ],
  about:
    'Prints the environment lines with which another shell talks to it: sign-in over https, the services over http, a mail host, all on this machine only. Ctrl-C ends it. For a single command --drill[=SCENARIO] does the same in one process. --at takes an offset from the start (+2h30m, -45m), a time of that day where the tenant is (14:50) or an instant (2026-06-02T17:00Z). Behind a + stands what is wrong on the way to the tenant, as calm+expired-secret; what there is: mailcheck doctor --help.',
  flags: [shellFlag, logFlag],
  commonFlags: [atFlag, formatFlag, outputFlag, redactFlag, quietFlag, colorFlag],
  exitCodes: '130 ended by Ctrl-C, 143 terminated, 64 no such scenario',
  judges: false,
  schema: 'mailcheck.drill/1',
  habits: () => ({}),
  parse: parseDrill,
  run: serveDrill,
  views: drillViews,
});

function parseDrill(raw: RawArguments, context: ParseContext): DrillOptions {
  const [scenario, ...rest] = raw.positionals;
  if (rest.length > 0) {
    throw new Failure('usage', `drill takes one scenario; "${raw.positionals.join(' ')}" was given.`, {
      remedy: 'Give calm, january-2026 or june-2026, as mailcheck drill june-2026',
    });
  }
  return {
    scenario: scenario ?? null,
    at: readFlag(raw, atFlag, context),
    shell: readFlag(raw, shellFlag, context),
    log: readFlag(raw, logFlag, context),
  };
}

async function* serveDrill(options: DrillOptions, ports: Ports): Answer<DrillRow, null> {
  const running = await ports.startDrill(options.scenario, options.at);
  yield { kind: 'start', scenario: running.scenario, title: running.title };
  for (const [name, value] of running.environment)
    yield { kind: 'environment', name, value, shell: options.shell };
  ports.note('Serving until Ctrl-C.');
  for await (const request of running.requests(ports.signal)) {
    if (options.log) yield { kind: 'request', ...request };
  }
  throw ended(running.scenario, ports.signal.reason);
}

/** A drill has no end of its own: it is stopped, and its exit code says by which signal. */
function ended(scenario: string, cause: unknown): Failure {
  const kind = cause instanceof Failure ? cause.kind : 'interrupted';
  return new Failure(kind, 'The drill has ended; its environment lines lead nowhere now.', {
    remedy: `Start it again with mailcheck drill ${scenario}, and paste the new lines.`,
    cause,
  });
}
