/** A program of an admin's, started for real: what it says, how it ends, and that it does end. */
import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { type CommandEnd, startCommand } from '#sources/relay/run-command.js';

const NODE = process.execPath;
const LONG = { signal: new AbortController().signal, timeoutSeconds: 60, env: process.env };

interface Outcome {
  readonly text: string;
  readonly end: CommandEnd;
}

async function run(script: string, options = LONG): Promise<Outcome> {
  const command = await startCommand([NODE, '-e', script], options);
  const blocks: Uint8Array[] = [];
  for await (const block of command.output) blocks.push(Buffer.from(block));
  const end = await command.end();
  await command.close();
  return { text: Buffer.concat(blocks).toString('utf8'), end };
}

describe('how it ends', () => {
  test.each<[string, string, Outcome]>([
    ['well', 'console.log("a")', { text: 'a\n', end: { how: 'exit', word: '0', said: '' } }],
    [
      'with a code and a word about it',
      'console.log("a"); console.error("postqueue: fatal: no"); process.exitCode = 69',
      { text: 'a\n', end: { how: 'exit', word: '69', said: 'postqueue: fatal: no' } },
    ],
    [
      'by a signal',
      'process.kill(process.pid, "SIGKILL")',
      { text: '', end: { how: 'signal', word: 'SIGKILL', said: '' } },
    ],
  ])('%s', async (_why, script, expected) => {
    expect(await run(script)).toEqual(expected);
  });

  test('its arguments are its own: no shell has read them', async () => {
    const { text } = await run('console.log(JSON.stringify(process.argv.slice(1)))');
    expect(text).toBe('[]\n');
    const command = await startCommand([NODE, '-p', 'process.argv[1]', '$HOME; echo *'], LONG);
    const blocks: Uint8Array[] = [];
    for await (const block of command.output) blocks.push(Buffer.from(block));
    expect(Buffer.concat(blocks).toString()).toBe('$HOME; echo *\n');
  });

  test('it gets no input', async () => {
    const { text } = await run('process.stdin.on("end", () => console.log("over")).resume()');
    expect(text).toBe('over\n');
  });
});

describe('what does not end', () => {
  const ENDLESS = 'console.log("a"); setInterval(() => undefined, 1000)';
  const DEAF = `process.on("SIGTERM", () => undefined); ${ENDLESS}`;
  const WITH_CHILD = `require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => undefined, 15000)"], { stdio: "inherit" }); ${ENDLESS}`;

  test.each([
    ['is stopped when its time is up', ENDLESS],
    ['also where it is deaf to being asked', DEAF],
    ['also where a child of its own holds the pipe', WITH_CHILD],
  ])(
    '%s',
    async (_why, script) => {
      const { text, end } = await run(script, { ...LONG, timeoutSeconds: 1.5 });
      expect([text, end.how]).toEqual(['a\n', 'timeout']);
    },
    20_000,
  );

  test('the user stops it', async () => {
    const stopped = new AbortController();
    const command = await startCommand([NODE, '-e', ENDLESS], { ...LONG, signal: stopped.signal });
    const reason = new Failure('interrupted', 'Stopped.', { remedy: 'Start again.' });
    const reading = (async () => {
      for await (const block of command.output) if (block.length > 0) stopped.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    expect(await command.end()).toMatchObject({ how: 'signal', word: 'SIGTERM' });
  });

  test('Ctrl-C ends the program first, and is no failure of the program', async () => {
    const stopped = new AbortController();
    const script = 'process.kill(process.pid, "SIGINT")';
    const command = await startCommand([NODE, '-e', script], { ...LONG, signal: stopped.signal });
    for await (const block of command.output) expect(block.length).toBe(0);
    setTimeout(() => {
      stopped.abort(new Failure('interrupted', 'Stopped.', { remedy: 'Start again.' }));
    }, 20);
    await command.end();
    expect(stopped.signal.aborted).toBe(true);
  });

  test('whoever stops reading ends it', async () => {
    const command = await startCommand([NODE, '-e', ENDLESS], LONG);
    await command.close();
    expect(await command.end()).toMatchObject({ how: 'signal' });
  });
});

test('of a flood of complaints the beginning is kept', async () => {
  const { end } = await run('process.stderr.write("x".repeat(1e6))');
  expect(end.said).toBe('x'.repeat(4096));
});

test.each([
  [['/no/such/postqueue', '-j'], 'There is no program "/no/such/postqueue" on this machine.'],
  [['no-such-postqueue'], 'There is no program "no-such-postqueue" on this machine.'],
  [['/etc/passwd'], '"/etc/passwd" could not be started (EACCES).'],
])('%j cannot be started', async (words, message) => {
  await expect(startCommand(words, LONG)).rejects.toMatchObject({ kind: 'configuration', message });
});
