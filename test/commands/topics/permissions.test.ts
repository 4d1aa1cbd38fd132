/** The script for administrators: it grants what the commands ask for, all of it and no more, and its brackets and quotes close. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { renderCommandHelp } from '#cli/help.js';
import { COMMANDS } from '#commands/index.js';
import { APIS, CMDLETS, TRACE_APP_ID, VIEW_ROLES } from '#commands/topics/least-permissions.js';
import { azureScript, permissionScript } from '#commands/topics/permission-script.js';
import { permissions as topic } from '#commands/topics/permissions.js';
import { TRACE_AREA } from '#sources/graph/graph-area.js';

const SCRIPT = permissionScript().join('\n');
const AZURE = azureScript().join('\n');
const NAMED = /\b[A-Z][A-Za-z]+\.(?:Read\.All|ReadWrite\.All|ManageAsApp\w*)\b/gu;
const GRANTED = APIS.flatMap(({ permissions }) => permissions);

function namedIn(text: string): readonly string[] {
  return [...new Set(text.match(NAMED) ?? [])].toSorted();
}

test('the commands name in their help what the script grants, and nothing else', async () => {
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  const asked = commands.flatMap(({ permissions }) => namedIn(permissions.join('\n')));
  expect([...new Set(asked)].toSorted()).toEqual(GRANTED.toSorted());
});

test.each(['trace', 'status', 'health', 'health messages', 'connectors'])(
  'the help page of %s shows its own',
  async (name) => {
    const entry = COMMANDS.find(({ words }) => words.join(' ') === name);
    if (entry === undefined) throw new Error(`no command ${name}`);
    const page = renderCommandHelp(await entry.load(), 80);
    expect(namedIn(page).length).toBeGreaterThan(0);
    expect(GRANTED).toEqual(expect.arrayContaining([...namedIn(page)]));
  },
);

test('nothing is granted to the app that can change anything', () => {
  const assignments = SCRIPT.slice(SCRIPT.indexOf('$wanted = @{'), SCRIPT.indexOf('foreach ($api'));
  expect(namedIn(assignments)).toEqual(GRANTED.toSorted());
  expect(GRANTED.filter((name) => name.includes('Write'))).toEqual([]);
  expect(CMDLETS.filter((name) => !name.startsWith('Get-'))).toEqual([]);
  expect(VIEW_ROLES.filter((name) => !/^(?:View-Only |Message Tracking$)/u.test(name))).toEqual([]);
  expect(SCRIPT).not.toMatch(/Organization Management|Exchange Administrator|Global Administrator/u);
});

test('people get the same, by what is commented out, and nothing that changes a thing by itself', () => {
  const people = SCRIPT.slice(SCRIPT.indexOf('# $people = @{'), SCRIPT.indexOf('# 2. Its role'));
  expect(people.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  for (const { api, delegated } of APIS) {
    expect(people).toContain(`"${api}" =`);
    for (const name of delegated) expect(people).toContain(`"${name}`);
  }
  expect(namedIn(people)).toEqual(GRANTED.filter((name) => name.endsWith('.Read.All')).toSorted());
});

test('the cmdlets of the role are those that the program runs', () => {
  const source = readFileSync(
    new URL('../../../src/sources/exchange/admin-client.ts', import.meta.url),
    'utf8',
  );
  const run = [...source.matchAll(/^ {2}\| '(Get-\w+)'/gmu)].map(([, name]) => name);
  expect(run.length).toBeGreaterThan(5);
  expect([...CMDLETS].toSorted()).toEqual(run.toSorted());
});

test('the service principal is the one whose absence the client tells', () => {
  expect(TRACE_AREA.appId).toBe(TRACE_APP_ID);
  expect(SCRIPT.match(new RegExp(TRACE_APP_ID, 'gu'))).toHaveLength(1);
  // Every other id is looked up in the tenant.
  expect(SCRIPT.match(/[0-9a-f]{8}-[0-9a-f]{4}-/gu)).toHaveLength(1);
});

/** Quotes and brackets of PowerShell as far as the script uses them: "…" with $( ) in it, '…', # to the end of the line. */
function unclosed(script: string): readonly string[] {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (let at = 0; at < script.length; at += 1) {
    const sign = script.charAt(at);
    const inside = open.at(-1);
    if (inside === '"') {
      if (sign === '`') at += 1;
      else if (sign === '"') open.pop();
      else if (sign === '$' && script.charAt(at + 1) === '(') {
        open.push('(');
        at += 1;
      }
      continue;
    }
    if (inside === "'") {
      if (sign === "'") open.pop();
      continue;
    }
    if (sign === '#') at = script.indexOf('\n', at) === -1 ? script.length : script.indexOf('\n', at);
    else if (sign === '`') at += 1;
    else if ('"\'([{'.includes(sign)) open.push(sign);
    else if (sign in pairs && open.pop() !== pairs[sign]) return [...open, sign];
  }
  return open;
}

describe('as a shell reads it', () => {
  test.each<[string, readonly string[], string]>([
    ['"a" (b) [c] {d}', [], 'all closed'],
    ['"a $(b "c") d"', [], 'a command within a text, with a text in it'],
    ['"it\'s" # "not closed here', [], 'a remark is no script'],
    ['@{ a = (b }', ['{', '}'], 'crossed'],
    ['"a', ['"'], 'a text without its end'],
    ["'a", ["'"], 'the same, verbatim'],
  ])('the reader of this test finds in %s what is open', (script, expected) => {
    const found = unclosed(script);
    expect(found.length > 0).toBe(expected.length > 0);
  });

  test('brackets and quotes close', () => {
    expect(unclosed(SCRIPT)).toEqual([]);
    expect(SCRIPT + AZURE).toMatch(/^[\x20-\x7e\n]*$/u);
  });

  test('each variable is given before it is used', () => {
    const code = SCRIPT.split('\n').filter((line) => !line.startsWith('#'));
    const given = new Set(['_', 'false', 'PWD']);
    for (const line of code) {
      const assigned = /^\s*\$(\w+) = /u.exec(line)?.[1];
      const looped = /foreach \(\$(\w+) in/u.exec(line)?.[1];
      const used = [...line.matchAll(/[$@](\w+)/gu)].map(([, name]) => name ?? '');
      const own = [assigned, looped];
      expect(
        used.filter((name) => !own.includes(name) && !given.has(name)),
        line,
      ).toEqual([]);
      for (const name of own) if (name !== undefined) given.add(name);
    }
  });

  test('no line is wider than a screen, and a line goes on only where PowerShell lets it', () => {
    for (const line of [...permissionScript(), ...azureScript()]) {
      expect(line.length, line).toBeLessThanOrEqual(78);
      expect(line).not.toMatch(/[ \t]$/u);
    }
  });

  test('the lines for the Azure CLI are those of a shell', () => {
    // Reads and runs nothing.
    expect(() => execFileSync('sh', ['-n'], { input: AZURE })).not.toThrow();
  });
});

test('the topic holds the script as one text, as it is copied', () => {
  if (typeof topic.paragraphs === 'function') throw new Error('the topic is at hand');
  const copied = topic.paragraphs.map((paragraph) => paragraph.replace(/^ {2}/gmu, ''));
  expect(copied).toContain(SCRIPT);
  expect(copied).toContain(AZURE);
});
