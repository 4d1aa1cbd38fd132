/** Objects as `ConvertTo-Json` writes them: one, a list of them, or a list that a shell has wrapped as `{"value": […], "Count": n}`. */
import { JsonRowSplitter } from '#sources/rows/json-rows.js';

import type { BlockReader } from './exchange-input.js';
import type { ExchangeReport, RecordProblem } from './exchange-report.js';
import type { FieldOf } from './exchange-values.js';

export type ReadRecord = (field: FieldOf) => RecordProblem;

export function openJson(readRecord: ReadRecord, report: ExchangeReport): BlockReader {
  const splitter = new JsonRowSplitter();
  return {
    push: (block) => {
      for (const { text, line } of splitter.push(block)) {
        report.countRecord();
        const fields = parseFields(text);
        const problem = fields === null ? 'it is no JSON' : readRecord((name) => fields.get(name));
        if (problem !== null) report.countBroken(problem, () => line);
      }
    },
    end: () => {
      for (const line of splitter.leftOut) {
        report.countRecord();
        report.countBroken('it is too long', () => line);
      }
      if (splitter.cutRowLine !== null) report.countRecord();
      if (splitter.isCut) report.countBroken('the text ends too early', () => splitter.cutRowLine);
    },
  };
}

/** By name without case. A map, so that no name from the input is more than a name. */
function parseFields(text: string): ReadonlyMap<string, unknown> | null {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null) return null;
  return new Map<string, unknown>(Object.entries(parsed).map(([name, value]) => [name.toLowerCase(), value]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
