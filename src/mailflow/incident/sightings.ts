/** Everything that `status` could see, each with its quality: what the assessment is made of. */
import type { ConnectorInventory } from '../connector/connector-source.js';
import type { HealthAnswer } from '../health/health-source.js';
import type { StatusPageReading } from '../health/status-page.js';
import type { HeldTally } from '../queue/held-tally.js';
import type { InboundVolume } from '../queue/inbound-volume.js';
import type { ReachReading, SignInReading } from '../reach/reach-source.js';
import type { Arrivals } from '../trace/arrivals.js';
import type { Survey } from '../trace/survey.js';
import type { Look } from './look.js';
import type { Signal } from './signal.js';

export interface Sightings {
  readonly now: Date;
  readonly trace: Signal<TraceSight>;
  /** Inbound mail against the usual; missing where too little is kept to know the usual. */
  readonly inbound: Signal<InboundVolume>;
  readonly health: Signal<HealthAnswer>;
  readonly signIn: Signal<SignInReading>;
  readonly statusPage: Signal<StatusPageReading>;
  readonly reach: Signal<readonly ReachReading[]>;
  readonly connectors: Signal<ConnectorInventory>;
  readonly looks: Signal<readonly Look[]>;
}

export interface TraceSight {
  readonly survey: Survey;
  readonly held: HeldTally;
  readonly arrivals: readonly Arrivals[];
}
