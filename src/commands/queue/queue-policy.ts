import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { QUEUE_POLICY_EXAMPLE, readQueueThresholds } from '#mailflow/queue/read-queue-thresholds.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import { QUEUE_THRESHOLDS } from '#mailflow/queue/thresholds.js';

/** By which limits to judge: those of the file where one is named. */
export async function thresholdsOf(
  path: string | null,
  ports: Pick<Ports, 'inputFile'>,
): Promise<QueueThresholds> {
  if (path === null) return QUEUE_THRESHOLDS;
  const read = readQueueThresholds(parseJson(path, await ports.inputFile(path)));
  if (read.ok) return read.thresholds;
  throw new Failure('input', `${path}: ${read.at} is not right.`, { remedy: `Give ${read.expected}.` });
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new Failure('input', `${path} is not JSON.`, {
      remedy: `Give a policy, as ${QUEUE_POLICY_EXAMPLE}`,
      cause,
    });
  }
}
