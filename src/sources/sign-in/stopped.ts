import { Failure } from '#failure.js';

/** The failure behind an abort: the reason itself when whoever aborted gave a Failure, else by what kind of signal it was. */
export function stoppedFailure(signal: AbortSignal): Failure {
  if (signal.reason instanceof Failure) return signal.reason;
  const isDeadline = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  return isDeadline
    ? new Failure('timeout', 'The time was up before the answer was whole.', {
        remedy: 'Raise --timeout or ask for less.',
      })
    : new Failure('interrupted', 'Stopped before the answer was whole.', { remedy: 'Run it again.' });
}

/** Asked through a call, since it changes while others wait and a compiler takes a property for settled. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
