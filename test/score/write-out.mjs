// Writes out what a simple regular expression stands for: alternatives, groups, optional pieces, classes; `.*` is nothing.

/** All wordings of a pattern, the first alternatives first; `.` alone stands for no words at all. */
export function writeOut(pattern) {
  return pattern === '.' ? [''] : [...new Set(readAlternatives({ text: pattern, at: 0 }).map(tidy))];
}

function tidy(text) {
  return text.replace(/ {2,}/g, ' ').trim();
}

function readAlternatives(source) {
  const all = [];
  let open = [''];
  while (source.at < source.text.length && source.text[source.at] !== ')') {
    if (source.text[source.at] === '|') {
      source.at += 1;
      all.push(...open);
      open = [''];
      continue;
    }
    const pieces = readRepeated(source);
    open = open.flatMap((before) => pieces.map((piece) => before + piece));
  }
  return [...all, ...open];
}

function readRepeated(source) {
  const pieces = readAtom(source);
  const mark = source.text[source.at];
  if (mark === '?') {
    source.at += 1;
    return [...pieces, ''];
  }
  if (mark === '*') {
    source.at += 1;
    return [' '];
  }
  if (mark === '{') {
    const end = source.text.indexOf('}', source.at);
    const count = Number(source.text.slice(source.at + 1, end));
    source.at = end + 1;
    return pieces.map((piece) => piece.repeat(count));
  }
  return pieces;
}

function readAtom(source) {
  const mark = source.text[source.at];
  source.at += 1;
  switch (mark) {
    case '(': {
      const inner = readAlternatives(source);
      source.at += 1;
      return inner;
    }
    case '[': {
      const end = source.text.indexOf(']', source.at);
      const letters = [...source.text.slice(source.at, end)];
      source.at = end + 1;
      return letters;
    }
    case '\\':
      return readEscape(source);
    case '.':
      return [' '];
    default:
      return [mark];
  }
}

function readEscape(source) {
  const mark = source.text[source.at];
  source.at += 1;
  if (mark === 'b') return [''];
  return [mark === 'd' ? '1' : mark];
}
