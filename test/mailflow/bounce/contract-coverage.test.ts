/** Holds the rule book against an outside table of status codes, where one is at hand: MAILCHECK_CONTRACT_DIR names its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { RULES } from '#mailflow/bounce/rules.js';
import type { Party } from '#mailflow/bounce/verdict.js';

const folder = process.env['MAILCHECK_CONTRACT_DIR'];

interface Row {
  readonly line: number;
  readonly pattern: RegExp;
  readonly enhanced: string;
  readonly basic: string;
  readonly class: string;
  readonly side: string;
}

function readRows(file: string): Row[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((text, index) => {
    const [pattern = '', enhanced = '', basic = '', verdictClass = '', side = ''] = text.split('\t');
    return {
      line: index + 2,
      pattern: new RegExp(pattern, 'is'),
      enhanced,
      basic,
      class: verdictClass,
      side,
    };
  });
}

function hasEnhanced(written: string, code: string | null): boolean {
  if (written === '') return true;
  if (code === null) return false;
  return written.split('|').some((one) => {
    if (one.endsWith('.x')) return code.startsWith(one.slice(0, -1));
    const [first = '', last] = one.split('-');
    if (last === undefined) return code === first;
    const family = (text: string): string => text.slice(0, text.lastIndexOf('.'));
    const detail = (text: string): number => Number(text.slice(text.lastIndexOf('.') + 1));
    return family(code) === family(first) && detail(code) >= detail(first) && detail(code) <= detail(last);
  });
}

function hasBasic(written: string, code: number | null): boolean {
  if (written === '' || code === null) return true;
  return written.split('|').some((one) => String(code).startsWith(one.replace('xx', '')));
}

/** Rows for whole families of codes: rules that know the words know more. */
function isLastResort({ pattern, enhanced }: Row): boolean {
  return pattern.source === '.' && (enhanced === '' || enhanced.endsWith('.x'));
}

/** The table has one word for the rules of either side. */
function isOfSide(party: Party, side: string): boolean {
  return side === 'policy' ? party.endsWith('-policy') : party === side || party === `${side}-policy`;
}

describe.skipIf(folder === undefined)('the table of status codes (needs MAILCHECK_CONTRACT_DIR)', () => {
  const rows = folder === undefined ? [] : readRows(join(folder, 'status-codes.tsv'));
  const judged = RULES.flatMap(({ samples }) => samples).map((text) => {
    const verdict = classify({ text });
    const fits = (row: Row): boolean =>
      row.pattern.test(text) &&
      hasEnhanced(row.enhanced, verdict.enhancedStatus) &&
      hasBasic(row.basic, verdict.replyCode);
    return { text, verdict, row: rows.find(fits) };
  });

  test('each row is the first to fit some sample', () => {
    const hit = new Set(judged.map(({ row }) => row?.line));
    expect(
      rows.filter(({ line }) => !hit.has(line)).map(({ line, pattern }) => `${line} ${pattern.source}`),
    ).toEqual([]);
  });

  test('rows and rules agree about final or not', () => {
    const differing = judged.filter(
      ({ verdict, row }) => row !== undefined && verdict.replyCode !== null && row.class !== verdict.class,
    );
    // A 451 is not final, whatever the row of its sentence says.
    expect(differing.map(({ text }) => text)).toEqual([
      '451 5.7.3 Cannot achieve Exchange Server authentication',
    ]);
  });

  test('rows and rules agree about whose side it is', () => {
    const placed = judged.filter(({ row }) => row !== undefined && !isLastResort(row));
    const differing = placed.filter(({ verdict, row }) => !isOfSide(verdict.party, row?.side ?? ''));
    const share = 1 - differing.length / placed.length;
    const lines = differing.map(
      ({ text, verdict, row }) => `  ${row?.line}: ${row?.side}, not ${verdict.party}: ${text}\n`,
    );
    process.stdout.write(
      `party: ${(100 * share).toFixed(1)} % of ${placed.length} samples agree\n${lines.join('')}`,
    );
    expect(share).toBeGreaterThanOrEqual(0.95);
  });
});
