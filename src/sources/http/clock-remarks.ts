import { isClockInDoubt } from '#mailflow/clock-doubt.js';
import type { TraceBatch } from '#mailflow/trace/trace-source.js';

import { clockWords } from '../sign-in/clock-words.js';

/** From here on a person is told. */
const TELL_MS = 60_000;

const REMEDY = 'Set the clock of this machine right (NTP), then ask again.';

/** What an answer says of our clock, given how far that of `host` is ahead of it; null when it is right enough. */
export function clockRemarks(host: string, aheadMs: number): TraceBatch | null {
  if (Math.abs(aheadMs) < TELL_MS) return null;
  const wrong = `the clock of this machine is ${clockWords(aheadMs)} ${host}`;
  if (!isClockInDoubt(aheadMs)) {
    return { entries: [], gaps: [], notes: [`Ages are wrong by minutes: ${wrong}. ${REMEDY}`] };
  }
  const what = `Ages, expiry and the newest mail: ${wrong}`;
  return {
    entries: [],
    gaps: [{ what, reason: 'clock', remedy: REMEDY, retryAfterSeconds: null }],
    notes: [],
  };
}
