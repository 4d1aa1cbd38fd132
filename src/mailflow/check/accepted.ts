/** Which values the kinds of settings take: what an error says of them, what the reader tests, and what the schema states. */
import type { Setting } from './setting.js';
import type { LeafShape, ListShape, ObjectShape, Part, SchemaPart, Shape } from './shape.js';

const MOST_COUNT = 1_000_000_000;
const MOST_WORDS = 200;
const LONGEST_WORD = 200;

/** Nothing in a queue is older than 90 days; certificates live for years. */
const MOST_SPAN = { minutes: 90 * 24 * 60, hours: 90 * 24, days: 3_650 } as const;

/** `usual` is what holds by default, shown as the example. */
export function shapeOfSetting(setting: Setting, usual: unknown): Shape {
  switch (setting.kind) {
    case 'count':
      return wholeNumber({ least: 1, most: MOST_COUNT, example: textOf(usual) });
    case 'share':
      return shareLeaf(false, textOf(usual));
    case 'share-or-none':
      return shareLeaf(true, '0.95');
    case 'minutes':
    case 'hours':
    case 'days':
      return spanLeaf(setting.kind, textOf(usual));
    case 'spans':
      return {
        kind: 'list',
        accepted: 'a list of one to five numbers of minutes',
        example: textOf(usual),
        of: spanLeaf('minutes', '30'),
        least: 1,
        most: 5,
      };
    case 'switch':
      return switchLeaf(textOf(usual));
    case 'words':
      return wordsList(setting.words, setting.example);
    case 'limits-by-word':
      return limitsShape(setting.words, setting.example);
  }
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly example: string;
}

export function wholeNumber({ least, most, example }: Bounds): LeafShape {
  const upTo = most === MOST_COUNT ? '' : ` to ${most}`;
  return leaf({
    accepted: least === most ? String(least) : `a whole number from ${least}${upTo}`,
    example,
    isGood: (given) => Number.isInteger(given) && isWithin(given, least, most),
    schema: { type: 'integer', minimum: least, maximum: most },
  });
}

export function wholeNumberOrNone(bounds: Omit<Bounds, 'most'>): LeafShape {
  const { accepted, example, isGood } = wholeNumber({ ...bounds, most: MOST_COUNT });
  return leaf({
    accepted: `${accepted}, or null for no limit of its own`,
    example,
    isGood: (given) => given === null || isGood(given),
    schema: { type: ['integer', 'null'], minimum: bounds.least, maximum: MOST_COUNT },
  });
}

export function switchLeaf(example: string): LeafShape {
  return leaf({
    accepted: 'true or false',
    example,
    isGood: (given) => typeof given === 'boolean',
    schema: { type: 'boolean' },
  });
}

export function spanLeaf(unit: keyof typeof MOST_SPAN, example: string, least = 0): LeafShape {
  const most = MOST_SPAN[unit];
  return leaf({
    accepted: `a number of ${unit} ${least === 0 ? 'above' : 'from'} ${least} to ${most}`,
    example,
    isGood: (given) => isWithin(given, least, most) && (least > 0 || given !== 0),
    schema: {
      type: 'number',
      ...(least === 0 ? { exclusiveMinimum: 0 } : { minimum: least }),
      maximum: most,
    },
  });
}

function shareLeaf(mayBeNone: boolean, example: string): LeafShape {
  return leaf({
    accepted: `a share from 0 to 1, as 0.05 for 5 %${mayBeNone ? ', or null for no such limit' : ''}`,
    example,
    isGood: (given) => isWithin(given, 0, 1) || (mayBeNone && given === null),
    schema: { type: mayBeNone ? ['number', 'null'] : 'number', minimum: 0, maximum: 1 },
  });
}

function wordsList(words: readonly string[] | null, example: string): ListShape {
  return {
    kind: 'list',
    accepted: words === null ? `a list of at most ${MOST_WORDS} texts` : 'a list of words',
    example: `[${example}]`,
    of: words === null ? textLeaf(example) : wordLeaf(words, example),
    least: 0,
    most: MOST_WORDS,
  };
}

function wordLeaf(words: readonly string[], example: string): LeafShape {
  return {
    ...leaf({
      accepted: `one of ${words.join(', ')}`,
      example,
      isGood: (given) => typeof given === 'string' && words.includes(given),
      schema: { enum: words },
    }),
    words,
  };
}

const PRINTABLE = String.raw`^[^\u0000-\u001f\u007f]+$`;

function textLeaf(example: string): LeafShape {
  return patternLeaf({
    accepted: `a text of one line, at most ${LONGEST_WORD} letters`,
    example,
    pattern: PRINTABLE,
    longest: LONGEST_WORD,
  });
}

interface Pattern {
  readonly accepted: string;
  readonly example: string;
  /** Linear in the text, for it tests what strangers wrote. */
  readonly pattern: string;
  readonly longest: number;
}

export function patternLeaf({ accepted, example, pattern, longest }: Pattern): LeafShape {
  const expression = new RegExp(pattern, 'u');
  return leaf({
    accepted,
    example,
    isGood: (given) =>
      typeof given === 'string' &&
      given.length <= 2 * longest &&
      Array.from(given).length <= longest &&
      expression.test(given),
    schema: { type: 'string', pattern, maxLength: longest },
  });
}

function limitsShape(words: readonly string[], example: string): ObjectShape {
  const limits: ObjectShape = {
    kind: 'object',
    name: 'such a limit',
    example: '{warningShare: 0.01}',
    parts: {
      warningShare: limitPart('A warning from here on; null for no such limit.', '0.01'),
      criticalShare: limitPart('Critical from here on; null for no such limit.', '0.05'),
    },
    required: [],
    mayBeEmpty: true,
    together: null,
    definition: 'shareLimits',
  };
  return {
    kind: 'object',
    name: 'this list of limits',
    example: `{${example}: ${limits.example}}`,
    parts: Object.fromEntries(words.map((word) => [word, { shape: limits, says: '', usual: undefined }])),
    required: [],
    mayBeEmpty: true,
    together: null,
    definition: null,
  };
}

function limitPart(says: string, example: string): Part {
  return { shape: shareLeaf(true, example), says, usual: null };
}

type Leaf = Pick<LeafShape, 'accepted' | 'example' | 'isGood'> & { readonly schema: SchemaPart };

function leaf(values: Leaf): LeafShape {
  return { kind: 'leaf', words: null, ...values };
}

function isWithin(given: unknown, least: number, most: number): boolean {
  return typeof given === 'number' && given >= least && given <= most;
}

/** A value as it is written in a policy, on one line: `20`, `[15, 30]`, `true`. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
