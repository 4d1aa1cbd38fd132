import type { Answer } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { classify } from '#mailflow/bounce/classify.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import type { Rule } from '#mailflow/bounce/rule.js';

import type { BatchItem } from './batch-line.js';
import { readBatchLine } from './batch-line.js';
import { concluded } from './concluded.js';
import type { ExplainRow, ExplainTotals } from './explain-row.js';
import { createVerdictTally } from './verdict-tally.js';

/** One answer a line, in order. A line that cannot be read is answered by an error and stops nothing. */
export async function* explainBatch(
  ports: Pick<Ports, 'inputLines' | 'inputMail'>,
  rules: readonly Rule[],
): Answer<ExplainRow, ExplainTotals> {
  const tally = createVerdictTally();
  for await (const line of ports.inputLines()) {
    if (line.trim() === '') continue;
    const row = await answer(readBatchLine(line), ports, rules);
    tally.add(row);
    yield row;
  }
  const totals = tally.totals();
  return concluded(totals, totals.notRead === 0 ? null : brokenLines(totals.notRead));
}

function brokenLines(count: number): Failure {
  const lines = count === 1 ? '1 input line was broken' : `${count} input lines were broken`;
  return new Failure('input', `${lines}; all others are answered.`, {
    remedy:
      'Each line is one JSON object, as {"id": 1, "text": "550 5.1.1 User unknown"} or {"id": 2, "path": "report.eml"}',
  });
}

async function answer(
  item: BatchItem,
  ports: Pick<Ports, 'inputMail'>,
  rules: readonly Rule[],
): Promise<ExplainRow> {
  const { id } = item;
  switch (item.kind) {
    case 'broken':
      return { id, error: item.error };
    case 'reply':
      return { id, verdict: classify(item.evidence, rules) };
    case 'mail':
      try {
        const { bytes } = await ports.inputMail(item.path);
        return { id, verdict: readNotice(bytes, { rules }).verdict };
      } catch (error) {
        if (error instanceof Failure && error.kind === 'input') return { id, error: error.message };
        throw error;
      }
  }
}
