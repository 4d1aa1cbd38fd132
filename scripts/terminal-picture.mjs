/** A screen of a terminal as an SVG: text stays text, so that it can be searched, and colours are those of a dark terminal. */
import { stripVTControlCharacters } from 'node:util';

import stringWidth from 'string-width';

const COLUMN_PX = 8.4;
const LINE_PX = 18;
const MARGIN_PX = 16;
const STYLES = { 1: 'b', 2: 'f', 31: 'r', 32: 'g', 33: 'y' };
const RESETS = { 22: ['b', 'f'], 39: ['r', 'g', 'y'], 0: ['b', 'f', 'r', 'g', 'y'] };
const STYLE_SHEET =
  'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6d9de;white-space:pre}' +
  '.b{font-weight:700;fill:#fff}.f{fill:#8b919c}.r{fill:#ff7b72;font-weight:700}.g{fill:#7ee787}.y{fill:#e3b341}';

/** `screen` may hold bold, faint, red, green and yellow (SGR); throws for any other control sequence. */
export function pictureOf(screen, title) {
  const lines = screen.trimEnd().split('\n');
  const columns = Math.max(...lines.map((line) => stringWidth(line)));
  const width = Math.ceil(columns * COLUMN_PX + 2 * MARGIN_PX);
  const height = Math.ceil(lines.length * LINE_PX + 2 * MARGIN_PX);
  const rows = lines.flatMap((line, index) => {
    if (line === '') return [];
    const y = MARGIN_PX + LINE_PX * index + 14;
    return [
      `<text x="${MARGIN_PX}" y="${y}" textLength="${(stringWidth(line) * COLUMN_PX).toFixed(1)}">${spansOf(line)}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE_SHEET}</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#16191d"/>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function spansOf(line) {
  const parts = line.split(/\u001b\[(\d+)m/u);
  let active = new Set();
  return parts
    .map((part, index) => {
      if (index % 2 === 1) {
        active = styledAfter(active, Number(part));
        return '';
      }
      if (stripVTControlCharacters(part) !== part)
        throw new Error(`a control sequence in ${JSON.stringify(part)}`);
      if (part === '') return '';
      return active.size === 0
        ? escaped(part)
        : `<tspan class="${[...active].join(' ')}">${escaped(part)}</tspan>`;
    })
    .join('');
}

function styledAfter(active, code) {
  const style = STYLES[code];
  if (style !== undefined) return new Set([...active, style]);
  const ended = RESETS[code];
  if (ended === undefined) throw new Error(`a colour that the picture does not know: ${code}`);
  return new Set([...active].filter((each) => !ended.includes(each)));
}

function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
