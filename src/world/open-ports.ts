import type { CommonOptions } from '#cli/common-options.js';
import type { InputMail, Ports, TraceRequest } from '#cli/ports.js';
import type { ShellWords } from '#cli/shell-words.js';
import type { OpenPorts, TextSink } from '#cli/world.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { Environment } from '#settings/service-settings.js';
import { labelledDrill } from '#settings/service-settings.js';
import { environmentWithProfile } from '#settings/with-profile.js';
import type { Progress } from '#terminal/progress.js';
import { createProgress } from '#terminal/progress.js';
import { colourEnabled } from '#terminal/style.js';
import { pageWidth } from '#terminal/width.js';

import type { StartedDrill } from './drill.js';
import type { QuotaLedgers } from './quota-ledgers.js';
import type { Road } from './road.js';
import type { TraceHistories } from './trace-histories.js';
import type { WatchHistories } from './watch-histories.js';

export interface Surroundings {
  /** As `trace show`. */
  readonly command: string;
  readonly stderr: TextSink & { readonly end: () => Promise<void> };
  readonly signal: AbortSignal;
  readonly shellWords: () => Promise<ShellWords>;
}

const DEFAULT_SCENARIO = 'june-2026';
/** So long a command sees the moment that it asked for, however slow the machine is: two rehearsals of it are the same. */
const DRILL_STEP_MS = 30_000;

export function openPorts(options: CommonOptions, surroundings: Surroundings): OpenPorts {
  const { command, stderr, signal, shellWords } = surroundings;
  const { env } = process;
  const progress = progressOnUse(options, stderr);
  const opened: Opened = { drill: null, ledgers: null, histories: null, road: null, watch: null };
  const startedAt = new Date();
  const start = async (named: string, at: string | null, stepMs: number): Promise<StartedDrill> => {
    const { startDrillServer } = await import('./drill.js');
    return startDrillServer({ named, at, startedAt, stepMs });
  };
  const environment = async (): Promise<Environment> => {
    if (options.drill === null) return environmentWithProfile(env, options.profile);
    opened.drill ??= start(withScenario(options.drill), options.at, DRILL_STEP_MS);
    return (await opened.drill).environment(env);
  };
  const ledgers = (): Promise<QuotaLedgers> => {
    const open = async (): Promise<QuotaLedgers> => {
      const { openQuotaLedgers } = await import('./quota-ledgers.js');
      return openQuotaLedgers({ environment: await environment(), command, onNote: progress.note });
    };
    return (opened.ledgers ??= open());
  };
  const histories = (): Promise<TraceHistories> => {
    const open = async (): Promise<TraceHistories> => {
      const { openTraceHistories } = await import('./trace-histories.js');
      return openTraceHistories({ environment: await environment(), signal, onNote: progress.note });
    };
    return (opened.histories ??= open());
  };
  const watch = (): Promise<WatchHistories> => {
    const open = async (): Promise<WatchHistories> => {
      const { openWatchHistories } = await import('./watch-histories.js');
      return openWatchHistories({ options, environment: await environment(), onNote: progress.note });
    };
    return (opened.watch ??= open());
  };
  const road = (): Promise<Road> => {
    const open = async (): Promise<Road> => {
      const { openRoad } = await import('./road.js');
      const talk = { onNotice: progress.note, onCountdown: progress.start };
      return openRoad({ options, environment: await environment(), signal, ...talk });
    };
    return (opened.road ??= open());
  };
  const ports: Ports = {
    now: () => new Date(),
    random: Math.random,
    signal,
    traces: async (request) => traceSource(request, { road, ledgers, histories, signal }),
    health: async (request) => (await import('./health-source.js')).healthSource(request, await road()),
    statusPage: async (request) =>
      (await import('./outside-sources.js')).statusPageSource(request, await road()),
    reach: async (request) => (await import('./outside-sources.js')).reachSource(request, await road()),
    doctor: async (request) =>
      (await import('./doctor-source.js')).doctorSource(request, await road(), await ledgers()),
    healthHistory: async (keepsHistory) => (keepsHistory ? ((await watch()).ofTenant?.health ?? null) : null),
    looks: async (keepsHistory) => (keepsHistory ? ((await watch()).ofTenant?.looks ?? null) : null),
    queueLooks: async (keepsHistory) =>
      keepsHistory ? ((await watch()).ofTenant?.queueLooks ?? null) : null,
    checkRuns: async (keepsHistory, policyKey) =>
      keepsHistory ? ((await watch()).ofTenant?.checkRuns(policyKey) ?? null) : null,
    connectors: async (request) =>
      (await import('./connector-source.js')).connectorSource(request, await road(), await ledgers()),
    expiration: async (request) =>
      (await import('./expiration-source.js')).expirationSource(request, await road(), await ledgers()),
    expirationHistory: async (keepsHistory) =>
      keepsHistory ? ((await watch()).ofTenant?.expiration ?? null) : null,
    setUpHistory: async (keepsHistory) => (keepsHistory ? ((await watch()).ofTenant?.setUp ?? null) : null),
    paths: async (request) => (await import('./path-tools.js')).pathTools(request, await road(), signal),
    relays: async (request) =>
      (await import('./relay-source.js')).relaySource(request, {
        ...{ environment: await environment(), timeoutSeconds: options.timeoutSeconds, signal },
      }),
    quotaUses: async (serviceQuota) => (await ledgers()).uses(serviceQuota),
    inputLines: () => linesOfInput(signal),
    inputFile: async (path) => (await import('./small-file.js')).readSmallFile(path),
    policyFile: async (path) => {
      const [{ readSmallFile }, { readPolicyText }] = await Promise.all([
        import('./small-file.js'),
        import('#sources/policy/read-policy-text.js'),
      ]);
      return readPolicyText(await readSmallFile(path));
    },
    writeFile: async (path, text, options) =>
      (await import('./write-file.js')).writeFile(path, text, options),
    inputMail: async (path) => (await import('./input-mails.js')).readMail(path, signal),
    inputMails: (path) => mailsOf(path, signal),
    signIn: async () => {
      const { openSignInPort } = await import('./sign-in-port.js');
      return openSignInPort({ options, environment: await environment(), signal, talk: progress.note });
    },
    shellWords,
    startDrill: async (scenario, at) => {
      opened.drill = start(withScenario(scenario ?? ''), at, 0);
      return (await opened.drill).running;
    },
    pause: async (ms) => (await import('./pause.js')).pause(ms, signal),
    note: progress.note,
    progress: progress.start,
  };
  return {
    ports,
    drill: drillLabel(options, env),
    close: async () => {
      await progress.stop();
      await (await opened.histories?.catch(() => null))?.close();
      await (await opened.watch?.catch(() => null))?.close();
      await (await opened.ledgers?.catch(() => null))?.close();
      // A drill that did not start has said so already.
      const drill = await opened.drill?.catch(() => null);
      // What goes on behind the back of a reader who has left would now find its folder gone, and say so.
      progress.silence();
      await drill?.close();
    },
  };
}

/** As `+expired-secret` it means the usual scenario too. */
function withScenario(named: string): string {
  return named === '' || named.startsWith('+') ? DEFAULT_SCENARIO + named : named;
}

/** Opened by the first word: a command that says nothing on standard error does not wait for it. */
function progressOnUse(
  options: CommonOptions,
  sink: Surroundings['stderr'],
): Progress & { readonly silence: () => void } {
  let opened: Progress | null = null;
  let isSilent = false;
  const open = (): Progress => {
    const { stderr: stream, env } = process;
    return createProgress({
      stream,
      sink,
      isQuiet: options.quiet,
      isColoured: colourEnabled({ choice: options.color, isTty: stream.isTTY, env }),
      widthColumns: pageWidth({ asked: null, isTty: stream.isTTY, columns: stream.columns, env }),
      env,
    });
  };
  const progress = (): Progress => (opened ??= open());
  return {
    start: (text) => progress().start(text),
    update: (text) => progress().update(text),
    note: (line) => (isSilent ? undefined : progress().note(line)),
    silence: () => {
      isSilent = true;
    },
    stop: async () => opened?.stop(),
  };
}

/** The scenario that every screen must name, or null when answers are real. */
function drillLabel(options: CommonOptions, env: Environment): string | null {
  if (options.drill !== null) return withScenario(options.drill);
  return labelledDrill(env);
}

/** What one run has opened so far. */
interface Opened {
  drill: Promise<StartedDrill> | null;
  ledgers: Promise<QuotaLedgers> | null;
  histories: Promise<TraceHistories> | null;
  road: Promise<Road> | null;
  watch: Promise<WatchHistories> | null;
}

interface Asking {
  readonly road: () => Promise<Road>;
  readonly ledgers: () => Promise<QuotaLedgers>;
  readonly histories: () => Promise<TraceHistories>;
  readonly signal: AbortSignal;
}

async function traceSource(
  request: TraceRequest,
  { road, ledgers, histories, signal }: Asking,
): Promise<TraceSource> {
  if (request.files.length > 0) {
    const { fileSource } = await import('./file-source.js');
    return fileSource(request, signal);
  }
  const { serviceSource } = await import('./service-source.js');
  return serviceSource(request, await road(), {
    ledgers: await ledgers(),
    histories: request.keepsHistory ? await histories() : null,
  });
}

async function* mailsOf(path: string, signal: AbortSignal): AsyncIterable<InputMail> {
  const { readMails } = await import('./input-mails.js');
  yield* readMails(path, signal);
}

async function* linesOfInput(signal: AbortSignal): AsyncIterable<string> {
  const { readLines } = await import('./input-lines.js');
  yield* readLines(signal);
}
