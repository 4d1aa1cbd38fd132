/** An answer must fit under the question on a small terminal: nine lines of 80 columns, whatever rule decided. */
import { describe, expect, test } from 'vitest';

import { verdictText } from '#commands/explain/explain.view.js';
import { classify } from '#mailflow/bounce/classify.js';
import { RULES } from '#mailflow/bounce/rules.js';
import { widthOf } from '#render/layout.js';

import { pageOf } from '../../render/pages.js';

const EVENTS = [undefined, 'Defer', 'Fail', 'Drop', 'Deliver', 'Expand', 'Quarantine', 'Spam'];

function linesFor(text: string, event: string | undefined): string[] {
  const verdict = classify(event === undefined ? { text } : { text, event });
  return verdictText(verdict, pageOf(80)).split('\n');
}

describe('nine lines of 80 columns', () => {
  test.each(RULES.map(({ id, samples }): [string, readonly string[]] => [id, samples]))(
    '%s',
    (_, samples) => {
      for (const lines of samples.flatMap((text) => EVENTS.map((event) => linesFor(text, event)))) {
        expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(9);
        expect(Math.max(...lines.map(widthOf)), lines.join('\n')).toBeLessThanOrEqual(80);
      }
    },
  );

  test.each(['', '2.0.0', 'nothing that anyone knows'])('no rule: %j', (text) => {
    for (const event of EVENTS) expect(linesFor(text, event).length).toBeLessThanOrEqual(9);
  });
});
