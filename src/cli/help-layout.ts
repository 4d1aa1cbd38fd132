/** How help pages are set: examples, two columns, lines wrapped at spaces. Pure, and for our own ASCII text alone. */
import type { Example } from './command.js';

export function renderExamples(examples: readonly Example[], width: number): string {
  return examples
    .map((example) => `${indented(example.does, width, '  # ')}\n  mailcheck ${example.line}\n`)
    .join('');
}

const WIDEST_LEFT = 34;

/** Two columns where they fit; a left part that is too long stands on a line of its own. */
export function twoColumns(rows: readonly (readonly [string, string])[], width: number): string {
  const widest = Math.min(WIDEST_LEFT, Math.max(0, ...rows.map(([left]) => left.length)));
  const left = width < 60 ? Math.min(widest, 14) : widest;
  const indent = left + 4;
  return rows
    .map(([name, help]) => {
      const body = wrapPlain(help, Math.max(16, width - indent)).split('\n');
      const head = name.length <= left ? `  ${name.padEnd(left)}  ${body.shift() ?? ''}` : `  ${name}`;
      return [head, ...body.map((line) => ' '.repeat(indent) + line)].join('\n') + '\n';
    })
    .join('');
}

export function indented(text: string, width: number, indent = '  '): string {
  return wrapLine(text, width - indent.length).replace(/^/gmu, indent);
}

/** Wraps our own ASCII text at spaces; indented lines (commands to copy) are never broken. */
export function wrapPlain(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('  ') || line.length <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].join('\n');
}
