/** Runs as letters, for tests of alerts. */
import type { JudgedRun } from '#mailflow/incident/alert.js';
import { judgedLook } from '#mailflow/incident/judged-look.js';
import type { Look } from '#mailflow/incident/look.js';

const START_MS = Date.parse('2026-06-02T12:00:00Z');
export const at = (minutes: number): Date => new Date(START_MS + minutes * 60_000);
export const minuteOf = (date: Date): number => (date.getTime() - START_MS) / 60_000;

/**
 * Looks as letters, one each so many minutes: `.` good, `w` warning, `X` critical, `A` two signals agree, `?` could not
 * tell, a blank is a look that nobody took.
 */
export function looks(letters: string, everyMinutes = 5): readonly JudgedRun[] {
  return Array.from(letters).flatMap((letter, index) => {
    const look = LOOK_BY_LETTER[letter];
    return look === undefined ? [] : [judgedLook({ ...look, at: at(index * everyMinutes), counts: null })];
  });
}

const LOOK_BY_LETTER: Readonly<Record<string, Pick<Look, 'level' | 'badSignals'>>> = {
  '.': { level: 'ok', badSignals: [] },
  w: { level: 'warning', badSignals: ['trace'] },
  X: { level: 'critical', badSignals: ['health'] },
  A: { level: 'critical', badSignals: ['trace', 'health'] },
  '?': { level: 'unknown', badSignals: [] },
};
