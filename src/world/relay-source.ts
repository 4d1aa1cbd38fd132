import type { RelayRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { RelaySource } from '#mailflow/relay/relay-source.js';
import { type Environment, labelledDrill, textOf } from '#settings/service-settings.js';
import { RELAY_FORMATS } from '#sources/relay/relay-formats.js';
import type { RelayInput } from '#sources/relay/relay-input.js';
import { openRelaySource } from '#sources/relay/relay-source.js';

import { namedOwnZone } from './own-zone.js';
import { openRelayFile, openRelayProgram, openRelayStandardInput } from './relay-inputs.js';

interface RelaySurroundings {
  readonly environment: Environment;
  readonly timeoutSeconds: number | null;
  readonly signal: AbortSignal;
}

const DEFAULT_TIMEOUT_SECONDS = 300;

export async function relaySource(
  request: RelayRequest,
  { environment, timeoutSeconds, signal }: RelaySurroundings,
): Promise<RelaySource> {
  const files = filesOf(request, environment);
  if (files.filter((path) => path === '-').length > 1) throw standardInputTwice();
  const now = new Date();
  const options = { now, timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, signal };
  const programs = request.programs.map((words) => () => openRelayProgram(words, options));
  const inputs = [...new Set(files)].map(
    (path) => (): Promise<RelayInput> =>
      path === '-' ? openRelayStandardInput(now, signal) : openRelayFile(path, now),
  );
  return openRelaySource({
    inputs: [...programs, ...inputs],
    formats: RELAY_FORMATS,
    formatName: request.format,
    timeZone: request.fileTimeZone,
    defaultTimeZone: namedOwnZone(),
    dateOrder: request.dateOrder,
    kind: labelledDrill(environment) === null ? 'relay' : 'drill',
  });
}

/** What the environment names is read only where nothing else is named: it stands for the relay of a drill or of a job. */
function filesOf({ files, programs }: RelayRequest, environment: Environment): readonly string[] {
  if (files.length > 0 || programs.length > 0) return files;
  const named = textOf(environment, 'MAILCHECK_RELAY_FILE');
  if (named === null) throw nothingNamed();
  return [named];
}

function nothingNamed(): Failure {
  return new Failure('usage', 'No relay was named: --run starts its queue command, --file reads a file.', {
    remedy: `Postfix: mailcheck relay --run 'postqueue -j'. Exim: mailcheck relay --run 'exim -bp'. Exchange Server: Get-Message -ResultSize Unlimited | Export-Csv queue.csv, then mailcheck relay --file queue.csv. Or set MAILCHECK_RELAY_FILE.`,
  });
}

function standardInputTwice(): Failure {
  return new Failure('usage', 'Standard input was named more than once.', {
    remedy: 'Give --file - once, and other files by their paths.',
  });
}
