/** From where on evidence of several signals is taken for connected: numbers beside those of the queue. */
export interface IncidentThresholds {
  /** Deferrals that were read; fewer say nothing of what they have in common. */
  readonly leastRead: number;
  /** An issue explains the deferrals when at least this share of those on the service side began within its time. */
  readonly explainedShare: number;
  /** Times the usual share of held mail, by the lower bound, from which it is called unusual. */
  readonly timesUsual: number;
  /** A newest row older than this is late, where mail came in before. */
  readonly newestRowMinutes: number;
  /** So much mail must be missing by the pace of the window before its silence is called late: nights are quiet. */
  readonly missingDeliveries: number;
}

export const INCIDENT_THRESHOLDS: IncidentThresholds = {
  leastRead: 3,
  explainedShare: 0.5,
  timesUsual: 3,
  newestRowMinutes: 45,
  missingDeliveries: 20,
};
