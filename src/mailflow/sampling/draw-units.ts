import { allocate } from './apportion.js';
import { type Random, shuffled } from './random.js';
import { type Candidate, groupBy } from './stratify.js';

/** A delivery to look up, and how many deliveries of its stratum it stands for, itself included. */
export interface DrawnUnit<Unit> {
  readonly unit: Unit;
  readonly weight: number;
}

/**
 * Draws from one stratum: messages first, then one recipient of each, because the recipients of one message
 * mostly share its fate and a second one would teach little. A message is twice in the draw only when every
 * message is in it once.
 */
export function drawUnits<Unit extends Candidate>(
  stratum: readonly Unit[],
  count: number,
  random: Random,
): DrawnUnit<Unit>[] {
  const messages = shuffled(
    groupBy(stratum, (unit) => unit.messageTraceId),
    random,
  );
  return count < messages.length
    ? drawMessages(messages, count, random).flatMap((drawn) =>
        drawRecipients(drawn.message, 1, drawn.weight, random),
      )
    : drawFromEach(messages, count, random);
}

interface DrawnMessage<Unit> {
  readonly message: readonly Unit[];
  readonly weight: number;
}

/**
 * Draws messages with a chance proportional to their number of recipients, so that each recipient drawn stands
 * for equally many. Messages that hold more than one draw's share are taken for certain and stand for themselves.
 */
function drawMessages<Unit>(
  messages: readonly Unit[][],
  count: number,
  random: Random,
): DrawnMessage<Unit>[] {
  const largestFirst = [...messages].sort((left, right) => right.length - left.length);
  let left = largestFirst.reduce((sum, message) => sum + message.length, 0);
  let certain = 0;
  for (const message of largestFirst) {
    if (certain === count || message.length * (count - certain) < left) break;
    left -= message.length;
    certain += 1;
  }
  const certainOnes = largestFirst.slice(0, certain).map((message) => ({ message, weight: message.length }));
  const others = shuffled(largestFirst.slice(certain), random);
  return [...certainOnes, ...drawSystematically(others, count - certain, left, random)];
}

/** Lays the messages end to end and picks at equal steps from a random start. Each is shorter than a step. */
function drawSystematically<Unit>(
  messages: readonly Unit[][],
  count: number,
  size: number,
  random: Random,
): DrawnMessage<Unit>[] {
  if (count === 0) return [];
  const step = size / count;
  const picked: DrawnMessage<Unit>[] = [];
  let next = random() * step;
  let end = 0;
  for (const message of messages) {
    end += message.length;
    if (next >= end || picked.length === count) continue;
    picked.push({ message, weight: step });
    next += step;
  }
  return picked;
}

/** Every message once, and what is left to those whose recipients are most. */
function drawFromEach<Unit>(messages: readonly Unit[][], count: number, random: Random): DrawnUnit<Unit>[] {
  const sizes = messages.map((message) => message.length);
  const reads = allocate(sizes, count, 1);
  return messages.flatMap((message, index) => {
    const wanted = reads[index] ?? 0;
    return drawRecipients(message, wanted, message.length / wanted, random);
  });
}

function drawRecipients<Unit>(
  message: readonly Unit[],
  count: number,
  weight: number,
  random: Random,
): DrawnUnit<Unit>[] {
  return shuffled(message, random)
    .slice(0, count)
    .map((unit) => ({ unit, weight }));
}
