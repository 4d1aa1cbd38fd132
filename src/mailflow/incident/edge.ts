import { classify } from '../bounce/classify.js';
import type { ReachReading } from '../reach/reach-source.js';
import type { Signal } from './signal.js';

/** Greetings of inbound mail hosts that put senders off in the words of the service, and not for our own address. */
export function edgePutsOff({ quality, value }: Signal<readonly ReachReading[]>): readonly string[] {
  if (quality !== 'fresh') return [];
  return (value ?? []).flatMap(({ target, outcome }) => {
    if (target !== 'inbound-mail' || outcome.kind !== 'reached' || outcome.greeting === null) return [];
    const { class: verdictClass, party } = classify({ text: outcome.greeting });
    return verdictClass === 'transient' && party === 'service' ? [outcome.greeting.slice(0, 200)] : [];
  });
}
