/** The usual policy as a file to change: YAML in which each setting says what it does. It reads back as what it was made of. */
import { textOf } from './accepted.js';
import { CATALOGUE } from './catalogue.js';
import { CHECK_IDS } from './check-settings.js';
import { POLICY_SCHEMA_FILE } from './policy-schema.js';
import { POLICY_SHAPE, POLICY_VERSION } from './policy-shape.js';
import type { ObjectShape, Part } from './shape.js';

const HEAD = [
  `# yaml-language-server: $schema=${POLICY_SCHEMA_FILE}`,
  '#',
  '# Which checks mailcheck makes and by which limits. Each value is the default: change what you need and delete the',
  '# rest, for what is not written stays as usual, also when the usual gets better.',
  '#',
  '#   mailcheck check --policy FILE           judges by it; so do mailcheck queue and mailcheck relay',
  '#   mailcheck check --policy FILE --list    shows what it comes to',
  '#   mailcheck check --explain ID            says all of one check',
  `#   mailcheck check --schema > ${POLICY_SCHEMA_FILE}    lets editors complete and check this file`,
];

export function writeUsualPolicy(): string {
  const { window, maxRequests, ownDomains, for: rule } = POLICY_SHAPE.parts;
  const top = Object.entries({ window, maxRequests, ownDomains, for: rule });
  const lines = [
    ...HEAD,
    '',
    `version: ${POLICY_VERSION}`,
    ...top.flatMap(([key, part]) => (part === undefined ? [] : ['', ...partLines(key, part, '')])),
    '',
    'checks:',
    ...CHECK_IDS.flatMap((id, index) => [...(index === 0 ? [] : ['']), ...checkLines(id)]),
  ];
  return `${lines.join('\n')}\n`;
}

function checkLines(id: (typeof CHECK_IDS)[number]): readonly string[] {
  const { title, looksAt, sources } = CATALOGUE[id];
  const shape = partsOf(POLICY_SHAPE, 'checks')?.parts[id]?.shape;
  if (shape?.kind !== 'object') return [];
  return [
    ...comment(`${title}. ${looksAt} Needs ${sources.join(', ')}.`, STEP),
    `${STEP}${id}:`,
    ...Object.entries(shape.parts).flatMap(([key, part]) => partLines(key, part, STEP + STEP)),
  ];
}

function partsOf(shape: ObjectShape, key: string): ObjectShape | null {
  const inner = shape.parts[key]?.shape;
  return inner?.kind === 'object' ? inner : null;
}

const STEP = '  ';

/** What holds nothing of its own by default is shown as a comment. */
function partLines(key: string, { shape, says, usual }: Part, indent: string): readonly string[] {
  const head = comment(says, indent);
  if (usual === undefined) return [...head, `${indent}# ${key}: ${shape.example}`];
  if (shape.kind === 'object' && Object.keys(shape.parts).every((name) => Object.hasOwn(fields(usual), name)))
    return [
      ...head,
      `${indent}${key}:`,
      ...Object.entries(shape.parts).flatMap(([name, part]) => partLines(name, part, indent + STEP)),
    ];
  return [...head, ...valueLines(key, usual, indent)];
}

function fields(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

const PAGE = 118;

/** A list on lines of its own where it does not fit. */
function valueLines(key: string, value: unknown, indent: string): readonly string[] {
  const line = `${indent}${key}: ${textOf(value)}`;
  if (line.length <= PAGE || !Array.isArray(value)) return [line];
  return [`${indent}${key}:`, ...value.map((entry) => `${indent}${STEP}- ${textOf(entry)}`)];
}

function comment(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > PAGE) {
      lines.push(line);
      line = `${indent}#`;
    }
    line = `${line} ${word}`;
  }
  return [...lines, line];
}
