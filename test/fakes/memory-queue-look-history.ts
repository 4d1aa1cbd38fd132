import { keyCount } from '#mailflow/queue/held-keys.js';
import {
  QUEUE_LOOK_RULES,
  type QueueLook,
  type QueueLookHistory,
  type QueueLookRules,
  setsToKeep,
} from '#mailflow/queue/queue-look.js';

const HOUR_MS = 3_600_000;

interface Kept {
  readonly id: number;
  readonly look: QueueLook;
}

/** Looks at the queue in memory: the same promises as on disk. */
export function memoryQueueLookHistory(rules: QueueLookRules = QUEUE_LOOK_RULES): QueueLookHistory {
  let kept: readonly Kept[] = [];
  let id = 0;
  return {
    since: (instant, question) =>
      Promise.resolve(
        kept.map(({ look }) => look).filter((look) => look.at >= instant && look.question === question),
      ),
    keep: (look) => {
      const ahead = (other: Kept): number => other.look.at.getTime() - look.at.getTime();
      const recent = kept.filter(
        (other) => ahead(other) >= -rules.keptHours * HOUR_MS && ahead(other) <= HOUR_MS,
      );
      const all = [...recent, { id: (id += 1), look }]
        .toSorted((one, other) => one.look.at.getTime() - other.look.at.getTime())
        .slice(-rules.mostLooks);
      const stay = setsToKeep(all.flatMap(setOf), rules);
      kept = all.map((each) => (stay.has(each.id) ? each : { ...each, look: { ...each.look, keys: null } }));
      return Promise.resolve();
    },
  };
}

function setOf({ id, look: { at, question, keys } }: Kept) {
  return keys === null ? [] : [{ id, at, question, keys: keyCount(keys) }];
}
