/** A relay in memory: what it tells is given, in one batch or as many as are asked for. */
import type { Gap } from '#mailflow/finding.js';
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { RelaySource } from '#mailflow/relay/relay-source.js';

export interface MemoryRelay {
  readonly mails: readonly RelayMail[];
  readonly queues?: readonly RelayQueueCount[];
  readonly gaps?: readonly Gap[];
  readonly notes?: readonly string[];
  readonly formats?: readonly string[];
  /** Null: known only at the end, as of a log. */
  readonly asOf: Date;
  readonly asOfAtEnd?: boolean;
}

export function memoryRelaySource(relay: MemoryRelay): RelaySource {
  const { mails, queues = [], gaps = [], notes = [], formats = ['postfix-json'], asOf } = relay;
  const state = { isKnown: relay.asOfAtEnd !== true };
  const isHeld = ({ state: word }: RelayMail): boolean => !['delivered', 'bounced', 'expired'].includes(word);
  return {
    kind: 'relay',
    formats: () => formats,
    asOf: () => (state.isKnown ? asOf : null),
    mails: async function* () {
      await Promise.resolve();
      yield { mails: mails.filter((mail) => !isHeld(mail)), queues: [], gaps: [], notes };
      state.isKnown = true;
      yield { mails: mails.filter(isHeld), queues, gaps, notes: [] };
    },
  };
}
