/** Asks everything that `status` looks at, at once. Each source keeps the one deadline by itself, so none waits for another. */
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { HealthAnswer, HealthHistory, HealthSource, KeptHealth } from '#mailflow/health/health-source.js';
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import type { Look, LookHistory } from '#mailflow/incident/look.js';
import type { Signal } from '#mailflow/incident/signal.js';
import type { Sightings, TraceSight } from '#mailflow/incident/sightings.js';
import { openTraceWatch } from '#mailflow/incident/trace-watch.js';
import type { ReachReading, SignInReading } from '#mailflow/reach/reach-source.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import { askSurvey } from '../trace/ask-survey.js';
import type { Attempt } from './attempt.js';
import { attempt, isRefused } from './attempt.js';
import type { StatusOptions } from './status-options.js';

export interface Asked {
  readonly sightings: Sightings;
  /** Null when it could not be opened. */
  readonly trace: TraceSource | null;
  readonly health: HealthSource | null;
  /** Where this look is to be kept; null for nowhere. */
  readonly looks: LookHistory | null;
  readonly healthHistory: HealthHistory | null;
}
