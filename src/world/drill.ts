import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import type { DrillRequest, RunningDrill } from '#cli/ports.js';
import type { Environment } from '#settings/service-settings.js';
import type { BrokenSetUp } from '#simulator/broken/broken-set-up.js';
import { drillNamed, startDrill } from '#simulator/drill.js';

export interface StartedDrill {
  readonly running: RunningDrill;
  /** The caller's environment, pointed at the simulated tenant; nothing of a real sign-in is left in it. */
  readonly environment: (outside: Environment) => Environment;
  readonly close: () => Promise<void>;
}

/** The same tenant each time, so that a rehearsal can be repeated. */
const SEED = 1;

export interface DrillStart {
  /** As `calm`, or as `calm+expired-secret` where something is to be wrong on the way to it. */
  readonly named: string;
  readonly at: string | null;
  /** The moment that the drill shows; whole seconds of it count. */
  readonly startedAt: Date;
  /** The tenant's time goes on in such steps; 0: as ours does. */
  readonly stepMs: number;
}

export async function startDrillServer({ named, at, startedAt, stepMs }: DrillStart): Promise<StartedDrill> {
  const requests = createQueue<DrillRequest>();
  const { scenario, broken } = drillNamed(named);
  const clock = steppingClock(startedAt, stepMs);
  const drill = await startDrill({ scenario, broken, at, seed: SEED, clock, log: requests.push });
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-drill-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, drill.caPem, { mode: 0o600 });
  const relayFile = join(folder, 'relay-queue.json');
  await writeFile(relayFile, drill.relayQueue, { mode: 0o600 });
  const homes = broken.flatMap(({ home }) => (home === undefined ? [] : [home]));
  const variables: Readonly<Record<string, string | undefined>> = {
    ...drill.environment(caFile),
    // What is rehearsed neither uses up the real quota nor enters what is kept of the real tenant.
    MAILCHECK_HOME: await brokenHome(folder, homes),
    MAILCHECK_RELAY_FILE: relayFile,
    MAILCHECK_SOURCE_LABEL: `drill:${named}`,
    ...drill.brokenVariables,
  };
  return {
    running: {
      scenario: named,
      title: drill.scenario.title,
      environment: [
        ...Object.keys(REAL_SIGN_IN).map((name) => [name, null] as const),
        ...Object.entries(variables).map(([name, value]) => [name, value ?? null] as const),
      ],
      requests: requests.items,
    },
    environment: (outside) => ({ ...outside, ...REAL_SIGN_IN, ...variables }),
    close: async () => {
      await drill.close();
      // Another shell may be writing there.
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function steppingClock(startedAt: Date, stepMs: number): () => Date {
  if (stepMs === 0) return () => new Date();
  const start = Math.floor(startedAt.getTime() / 1000) * 1000;
  return () => new Date(start + Math.floor((Date.now() - start) / stepMs) * stepMs);
}

const REAL_SIGN_IN = {
  MAILCHECK_GRAPH_TOKEN: undefined,
  MAILCHECK_EXCHANGE_TOKEN: undefined,
  AZURE_CLIENT_CERTIFICATE_PATH: undefined,
  AZURE_CLIENT_CERTIFICATE_PASSWORD: undefined,
  MAILCHECK_PROFILE: undefined,
  MAILCHECK_SIGN_IN: undefined,
  MAILCHECK_SECRET_FILE: undefined,
  MAILCHECK_CERTIFICATE_PASSWORD_FILE: undefined,
  MAILCHECK_KEEP_TOKEN: undefined,
};

/** The folder of what is kept in the drill, with what is wrong about it. */
async function brokenHome(
  folder: string,
  broken: readonly NonNullable<BrokenSetUp['home']>[],
): Promise<string> {
  const home = join(folder, 'home');
  if (broken.includes('below-a-file')) {
    await writeFile(home, '', { mode: 0o600 });
    return join(home, 'mailcheck');
  }
  if (broken.length === 0) return home;
  await mkdir(home, { mode: 0o700 });
  if (broken.includes('damaged-store')) {
    await writeFile(join(home, 'quota.db'), 'no store at all\n'.repeat(1000), { mode: 0o600 });
  }
  if (broken.includes('open-to-all')) await chmod(home, 0o777);
  return home;
}

interface Queue<Item> {
  readonly push: (item: Item) => void;
  /** Items as they come, until the signal aborts. */
  readonly items: (signal: AbortSignal) => AsyncIterable<Item>;
}

function createQueue<Item>(): Queue<Item> {
  const stream = new PassThrough({ objectMode: true });
  return {
    push: (item) => void stream.write(item),
    items: (signal) => {
      signal.addEventListener('abort', () => void stream.end(), { once: true });
      return stream;
    },
  };
}
