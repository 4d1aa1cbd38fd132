/** The rows of `status`: what was looked at, how well it was seen, and what it says. */
import type { Signal, SignalName, SignalQuality } from '#mailflow/incident/signal.js';
import type { Column } from '#render/writer.js';

export interface SignalRow {
  readonly name: SignalName;
  readonly quality: SignalQuality;
  readonly observedAt: Date;
  readonly sourceTime: Date | null;
  /** Of what was seen, by the time that the source gave it; null when that is not known. */
  readonly ageSeconds: number | null;
  readonly says: string;
  readonly reason: string | null;
}

export function signalRow(signal: Signal<unknown>, says: string, now: Date): SignalRow {
  const { name, quality, observedAt, sourceTime, reason } = signal;
  return { name, quality, observedAt, sourceTime, ageSeconds: ageOf(signal, now), says, reason };
}

/** Whole seconds; a source whose clock is ahead of ours gives none below zero, and one that ours contradicts gives none. */
export function ageOf({ sourceTime, reason }: Signal<unknown>, now: Date): number | null {
  if (sourceTime === null || reason === 'clock') return null;
  return Math.max(0, Math.floor((now.getTime() - sourceTime.getTime()) / 1000));
}

/**
 * By which clock to reckon what it tells of: that of the source where ours is wrong, and where both agree, so that no age
 * depends on how long the other sources took.
 */
export function nowOf(signal: Signal<unknown>, now: Date): Date {
  const { sourceTime, reason } = signal;
  if (sourceTime === null) return now;
  const isOfNow = (ageOf(signal, now) ?? AGREED_SECONDS) < AGREED_SECONDS;
  return reason === 'clock' || isOfNow ? sourceTime : now;
}

const AGREED_SECONDS = 60;

export const SIGNAL_COLUMNS: readonly Column<SignalRow>[] = [
  { key: 'name', title: 'Signal', value: (row) => row.name },
  { key: 'quality', title: 'Quality', value: (row) => row.quality },
  { key: 'says', title: 'Says', value: (row) => row.says },
  { key: 'ageSeconds', title: 'Age', value: (row) => row.ageSeconds },
  { key: 'reason', title: 'Reason', value: (row) => row.reason },
  { key: 'observedAt', title: 'Looked', value: (row) => row.observedAt },
  { key: 'sourceTime', title: 'As of', value: (row) => row.sourceTime },
];
