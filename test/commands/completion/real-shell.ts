/** A real shell at a terminal of its own: lines are typed with tabs in them, and what the program would get is read back. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0 && spawnSync('script', ['--version']).status === 0;
}

/** The words of each typed line, as `mailcheck` would be given them. In the line `⇥` is the tab key. */
export async function typed(
  shell: 'bash' | 'zsh',
  script: string,
  folder: string,
  lines: readonly string[],
): Promise<string[][]> {
  const source = join(folder, '.script');
  await writeFile(source, script);
  const beginnings = {
    bash: ["bind 'set bell-style none'"],
    zsh: ['autoload -U compinit && compinit -u -D', 'setopt no_list_beep no_beep'],
  };
  const echo = `mailcheck() { printf '<<<'; printf '%s\\037' "$@"; printf '>>>\\n'; }`;
  const keys = [`PS1='@''@@ '`, ...beginnings[shell], `source ${source}`, echo, ...lines, 'exit'];
  const starts = { bash: 'bash --noprofile --norc -i', zsh: 'zsh -f -i' };
  const screen = await atTerminal(starts[shell], folder, keys);
  // Where the line that defines it is echoed the mark stands as well, but with no separator behind it.
  return Array.from(screen.matchAll(/<<<((?:[^<]*\u001f)+)>>>/gsu), ([, words = '']) =>
    words.split('\u001f').slice(0, -1),
  );
}

/** The first line is typed at once and sets the prompt; each other one when the prompt before it is there. */
async function atTerminal(command: string, cwd: string, lines: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, TERM: 'xterm', LANG: 'C.UTF-8', HISTFILE: '' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd, env, stdio: 'pipe' });
  let screen = '';
  let sent = 0;
  const typeNext = (): void => {
    child.stdin.write(`${(lines[sent] ?? '').replaceAll('⇥', '\t')}\n`);
    sent += 1;
  };
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('latin1');
    if (sent < lines.length && screen.split('@@@ ').length > sent) typeNext();
  });
  child.stdin.on('error', () => undefined);
  typeNext();
  await new Promise((resolve) => child.once('close', resolve));
  return screen;
}

/** What bash would list, asked of the function itself: a list on the screen is hard to read back. */
export function listedByBash(script: string, words: readonly string[]): string[] {
  const ask = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mailcheck; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['--norc', '-c', ask, 'bash', ...words], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

export function listedByFish(script: string, line: string, folder: string): string[] {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8' };
  const ask = `${script}\ncomplete -C '${line.replace(/[\\']/gu, String.raw`\$&`)}'`;
  const { stdout } = spawnSync('fish', ['--no-config', '-c', ask], { encoding: 'utf8', env, cwd: folder });
  return stdout
    .split('\n')
    .filter((entry) => entry !== '')
    .map((entry) => entry.split('\t')[0] ?? '');
}
