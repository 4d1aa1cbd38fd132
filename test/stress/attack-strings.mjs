/** Strings made against one pattern: what it looks for, nearly, again and again. They are derived, not written by hand. */
import { parseRegExpLiteral } from '@eslint-community/regexpp';

/** Against words: the beginning, all but the end, and the whole, repeated; and the first letter without end. */
export function attacksOnPhrase(phrase) {
  const words = phrase.replace(/\*$/, '');
  const whole = `${words} `;
  return [
    ['whole', whole],
    ['almost', `${words.slice(0, -1)} `],
    ['almost, no blank', words.slice(0, -1)],
    ['beginning', `${words.slice(0, Math.ceil(words.length / 2))}`],
    ['first letter', words.charAt(0)],
    ['first word', `${words.split(' ')[0]} `],
  ].map(([name, unit]) => ({ name, make: (size) => unit.repeat(Math.ceil(size / unit.length)) }));
}

const CANDIDATES = [
  'a',
  '0',
  ' ',
  '5',
  '-',
  '<',
  '"',
  '\t',
  '\n',
  'Z',
  '_',
  '.',
  ':',
  '@',
  '(',
  "'",
  '\u00e9',
  '\u6f22',
];
for (let code = 33; code < 127; code += 1) CANDIDATES.push(String.fromCharCode(code));
/** What hardly any pattern wants next, so that it goes back over all it took. */
const SPOILERS = ['\u0001', '!', ''];

/** Against a regular expression: each of its repetitions pumped, spoilt at the end, and whole and almost whole matches repeated. */
export function attacksOnPattern(pattern) {
  const ast = parseRegExpLiteral(pattern);
  const flags = pattern.flags.replace(/[gy]/g, '');
  const pumps = [];
  const whole = sampleOf(ast.pattern, '', { flags, pumps });
  const attacks = pumps.flatMap(({ before, element }) =>
    SPOILERS.flatMap((spoiler) => [
      repeating(before, element, spoiler),
      // A pattern may begin anywhere: the pumped beginning itself again and again.
      repeating('', before + element.repeat(8), spoiler),
    ]),
  );
  const repeats = [whole, whole.slice(0, -1), whole.charAt(0)].filter((unit) => unit !== '');
  return [...attacks, ...repeats.map((unit) => repeating('', unit, '\u0001'))];
}

function repeating(before, unit, after) {
  return {
    name: JSON.stringify([before.slice(-20), unit.slice(-20), after]),
    make: (size) =>
      before + unit.repeat(Math.ceil(Math.max(1, size - before.length) / Math.max(1, unit.length))) + after,
  };
}

/** A short text that the node matches; on the way each repetition is noted with what stands before it. */
function sampleOf(node, before, context) {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return longest(node.alternatives.map((one) => sampleOf(one, before, context)));
    case 'Alternative': {
      let text = '';
      for (const element of node.elements) text += sampleOf(element, before + text, context);
      return text;
    }
    case 'Quantifier': {
      const element = sampleOf(node.element, before, context);
      if (node.max > 1 && element !== '') context.pumps.push({ before, element });
      return element.repeat(Math.max(1, node.min));
    }
    case 'Assertion':
      if (node.kind === 'lookahead' || node.kind === 'lookbehind')
        for (const one of node.alternatives) sampleOf(one, before, context);
      return '';
    case 'Backreference':
      return '';
    default: {
      // A character, an escape, a class: each is a pattern of its own.
      const one = new RegExp(`^${node.raw}$`, context.flags);
      return CANDIDATES.find((candidate) => one.test(candidate)) ?? literal(node);
    }
  }
}

function literal(node) {
  return node.type === 'Character' ? String.fromCodePoint(node.value) : '';
}

function longest(texts) {
  return texts.reduce((best, text) => (text.length > best.length ? text : best), '');
}
