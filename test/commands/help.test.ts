/** Help pages as files to read, and their shape: examples first, nothing wider than the page. */
import { describe, expect, test } from 'vitest';

import type { Command } from '#cli/command.js';
import { renderCommandHelp, renderTopic } from '#cli/help.js';
import { renderOverview } from '#cli/overview.js';
import { COMMANDS } from '#commands/index.js';
import { TOPICS } from '#commands/topics/index.js';

const WIDTHS = [40, 80, 120] as const;

/** A line to copy is never broken, nor is a flag. */
const KEPT = /^ {2}(?:mailcheck |-)/u;
/** Tables of topics are made for 80 columns. */
const KEPT_OF_TOPIC = /^ {2}(?:mailcheck |\$t |Connect-|New-)/u;

function tooWide(page: string, width: number, isCopied = KEPT): readonly string[] {
  return page.split('\n').filter((line) => line.length > width && !isCopied.test(line));
}

const commands: readonly (readonly [string, Command])[] = await Promise.all(
  COMMANDS.map(async (entry) => [entry.words.join(' '), await entry.load()] as const),
);

describe.each(commands)('help of %s', (name, command) => {
  test.each(WIDTHS)('at %i columns', async (width) => {
    const page = renderCommandHelp(command, width);
    await expect(page).toMatchFileSnapshot(`golden/help-${name.replace(' ', '-')}-${width}.txt`);
    expect(tooWide(page, width)).toEqual([]);
    expect(page.split('\n').find((line) => /^[A-Z]\w+$/u.test(line))).toBe('Examples');
    expect(page).not.toMatch(/[ \t]\n|\n{3}|\n\n$/u);
  });

  test('has two examples at least, each for something', () => {
    expect(command.examples.length).toBeGreaterThanOrEqual(2);
    for (const { does, line } of command.examples) {
      expect(does).toMatch(/^[A-Z]/u);
      expect(line.startsWith(name)).toBe(true);
    }
  });
});

test.each([
  ['explain', '65', /--(?:timeout|tenant|drill|fail-on|time-zone|graph-url|verbose)\b/u],
  ['drill', '130', /--(?:timeout|tenant|drill-exit|fail-on|limit|graph-url|verbose)\b/u],
])('help of %s names exit code %s, and no flag that does nothing there', (name, code, idle) => {
  const [, command] = commands.find(([words]) => words === name) ?? [];
  if (command === undefined) throw new Error(`no command ${name}`);
  const [flags = '', codes = ''] =
    renderCommandHelp(command, 80).split('\nUsage\n')[1]?.split('Exit codes\n') ?? [];
  expect(codes).toContain(code);
  expect(flags).not.toMatch(idle);
});

// The rule book has a test of its own; its page changes with every rule.
describe.each(TOPICS.filter(({ name }) => name !== 'rules').map((topic) => [topic.name, topic] as const))(
  'help %s',
  (name, topic) => {
    test.each(WIDTHS)('at %i columns', async (width) => {
      const page = await renderTopic(topic, width);
      await expect(page).toMatchFileSnapshot(`golden/topic-${name}-${width}.txt`);
      expect(tooWide(page, width, width < 80 ? /^ {2}/u : KEPT_OF_TOPIC)).toEqual([]);
      expect(page).not.toMatch(/[ \t]\n|\n{3}|\n\n$/u);
    });
  },
);

test.each(WIDTHS)('the overview at %i columns', async (width) => {
  const page = renderOverview(COMMANDS, TOPICS, width);
  await expect(page).toMatchFileSnapshot(`golden/help-overview-${width}.txt`);
  expect(tooWide(page, width)).toEqual([]);
  // Long words stand on a line of their own where the page is narrow.
  for (const { words } of COMMANDS) expect(page.replaceAll('\n', ' \n')).toContain(`\n  ${words.join(' ')} `);
});
