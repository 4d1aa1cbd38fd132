/**
 * No regular expression of the domain may go back over a long text again and again. Told from its form: nothing without
 * end inside something without end, nothing without end that may begin anywhere and must then meet the end of the text.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type AST, parseRegExpLiteral, visitRegExpAST } from '@eslint-community/regexpp';
import ts from 'typescript';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../src/mailflow/', import.meta.url));

interface Found {
  readonly file: string;
  readonly pattern: RegExp;
}

function patternsOf(file: string): Found[] {
  const source = ts.createSourceFile(file, readFileSync(FOLDER + file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ file, pattern: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const ENDLESS = 1000;

/** Repetitions inside a repetition without end. */
function nestedRepetitions(pattern: RegExp): string[] {
  const nested: string[] = [];
  const open: AST.Quantifier[] = [];
  visitRegExpAST(parseRegExpLiteral(pattern), {
    onQuantifierEnter: (node) => {
      if (node.max < ENDLESS) return;
      if (open.length > 0) nested.push(node.raw);
      open.push(node);
    },
    onQuantifierLeave: (node) => {
      if (open.at(-1) === node) open.pop();
    },
  });
  return nested;
}

/** Of an alternative that begins nowhere in particular: a repetition without end, then the end of the text. */
function openToTheEnd(pattern: RegExp): string[] {
  return parseRegExpLiteral(pattern).pattern.alternatives.flatMap(({ elements, raw }) => {
    const [first] = elements;
    const begins = first?.type === 'Assertion' && first.kind === 'start';
    const last = elements.at(-1);
    const ends = last?.type === 'Assertion' && last.kind === 'end';
    const isEndless = elements.some((one) => one.type === 'Quantifier' && one.max >= ENDLESS);
    return ends && isEndless && !begins ? [raw] : [];
  });
}

const patterns = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap(patternsOf);

test('there are some', () => {
  expect(patterns.length).toBeGreaterThan(80);
});

test.each([
  [/(?:a+b?)+/, ['a+'], []],
  [/\.+$/, [], ['\\.+$']],
  [/^\.+$/, [], []],
  [/(?:a{1,9})+x{0,5}$/, [], ['(?:a{1,9})+x{0,5}$']],
])('%s is told', (pattern, nested, open) => {
  expect([nestedRepetitions(pattern), openToTheEnd(pattern)]).toEqual([nested, open]);
});

test('none repeats without end what repeats without end', () => {
  // Ids of rules: each turn begins with a hyphen, which the inner repetition does not take.
  expect(patterns.flatMap(({ pattern }) => nestedRepetitions(pattern))).toEqual(['[a-z0-9]+']);
});

test('none that may begin anywhere runs to the end of the text', () => {
  expect(patterns.flatMap(({ pattern }) => openToTheEnd(pattern))).toEqual([]);
});
