import { homedir } from 'node:os';
import { join } from 'node:path';

import { Failure } from '#failure.js';
import type { Database } from '#history/driver/database.js';
import { storeFailure } from '#history/driver/open-database.js';
import { troubleOf } from '#history/driver/trouble.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import type { Gap } from '#mailflow/finding.js';
import type { ServiceTerms } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';
import { KEPT_DAYS, type TraceHistory } from '#mailflow/trace/trace-history.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import type { Environment } from '#settings/service-settings.js';
import { storeFolder } from '#settings/store-place.js';

const DAY_MS = 86_400_000;

/** Whose past it is: rows of two tenants, or of a tenant and its drill, must never meet. */
export interface HistoryScope {
  readonly origin: string;
  /** Empty when it is not known; then nothing is remembered. */
  readonly tenant: string;
}

export interface Kept {
  readonly scope: HistoryScope;
  /** Those of the source. */
  readonly terms: ServiceTerms;
  /** Failures after which somebody else is asked. */
  readonly isTakenOver: (failure: unknown) => boolean;
}

/** The kept past of traces, for one run. The store is opened with the first question. */
export interface TraceHistories {
  /** The source as it is where nothing may be remembered. */
  readonly remembering: (source: TraceSource, kept: Kept) => TraceSource;
  readonly close: () => Promise<void>;
}

interface TraceHistoryOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
}

export function openTraceHistories({ environment, signal, onNote }: TraceHistoryOptions): TraceHistories {
  const folder = storeFolder(environment, { platform: process.platform, homeFolder: homedir() });
  const path = join(folder, 'traces.db');
  const opened: TraceHistory[] = [];
  let opening: Promise<Database> | null = null;
  const open = (): Promise<Database> => (opening ??= openTraceStore({ path, onNote }));

  return {
    remembering: (source, { scope: { origin, tenant }, terms, isTakenOver }) => {
      if (tenant === '') return source;
      const history = sqliteTraceHistory(open, JSON.stringify([origin, tenant]));
      opened.push(history);
      return rememberingSource({
        ...{ source, history, terms, gapOf, isTakenOver },
        now: () => new Date(),
        onHistoryTrouble: (error) => onNote(troubleText(error, path)),
      });
    },
    close: async () => {
      // One that could not be opened has said so already.
      const database = await opening?.catch(() => null);
      if (!signal.aborted && database) await forgetOld(opened);
      database?.close();
    },
  };
}

/** A portion at a time, so that nobody waits long. What is in the way was told, or will be by the next run. */
async function forgetOld(histories: readonly TraceHistory[]): Promise<void> {
  const before = new Date(Date.now() - KEPT_DAYS * DAY_MS);
  try {
    for (const history of histories) await history.purge(before);
  } catch (error) {
    if (troubleOf(error) === 'unknown') throw error;
  }
}

/** What can be asked again later leaves a gap; without the right to ask there is no answer at all. */
function gapOf(error: unknown): Gap | null {
  if (!(error instanceof Failure)) return null;
  switch (error.kind) {
    case 'unreachable':
    case 'throttled':
    case 'timeout':
    case 'protocol':
      return {
        what: 'deliveries that are not kept yet, or may have changed',
        reason: error.kind,
        remedy: `${error.message} ${error.remedy}`,
        retryAfterSeconds: error.retryAfterSeconds ?? null,
      };
    case 'usage':
    case 'input':
    case 'sign-in':
    case 'permission':
    case 'configuration':
    case 'interrupted':
    case 'terminated':
      return null;
  }
}

function troubleText(error: unknown, path: string): string {
  const { message, remedy } = storeFailure(path, error);
  return `${message} Nothing is remembered in this run. ${remedy}`;
}
