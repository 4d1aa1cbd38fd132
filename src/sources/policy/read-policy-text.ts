/**
 * A policy file as a plain value with places. It reads YAML 1.2 and so JSON as well, and takes of YAML what a policy needs:
 * no tags, no aliases, no merge keys, no second document. It never throws, and refuses to know what the keys mean.
 *
 * 2026-11: `yaml` (eemeli, 2.9.1) reads it. Kept for years by one author who also wrote the tests of YAML 1.2 with others;
 * ISC; no dependencies and no install scripts; 1.4 MB unpacked; 25 ms to import, which only who names a policy pays. It
 * saves a parser with line numbers; `JSON.parse` has none, and js-yaml, which is smaller, tells no place of a value.
 * Two things it does not do by itself: deep nesting ends the process inside a regular expression, and its search for
 * doubled keys is quadratic. So depth and words are counted while it parses, and doubled keys are looked for here.
 */
import {
  Composer,
  type Document,
  isAlias,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  Parser,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';

import type {
  Place,
  PolicyDocument,
  PolicyFault,
  PolicyPath,
  PolicyText,
} from '#mailflow/check/policy-document.js';

import { decodePolicyBytes } from './decode-policy-bytes.js';

export function readPolicyText(bytes: Uint8Array): PolicyText {
  const decoded = decodePolicyBytes(bytes);
  return decoded.ok ? readText(decoded.text) : { ok: false, faults: [decoded.fault] };
}

const WHOLE_EXAMPLE = '`mailcheck check init -` prints a policy whole.';
/** A policy has six levels, and each takes up to three. */
const MOST_DEPTH = 40;
/** All settings with comments are about 1,500. */
const MOST_LEXEMES = 100_000;

function readText(text: string): PolicyText {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const parsed = parse(text, lines);
    if (!parsed.ok) return refuse(faultOf(placeAt(parsed.offset), parsed.wrong, WHOLE_EXAMPLE));
    return documentOf(parsed.documents, placeAt);
  } catch {
    // What a library makes of hostile bytes is not ours to foresee; a policy that people write comes through.
    return refuse(faultOf(null, 'cannot be read as YAML or JSON', WHOLE_EXAMPLE));
  }
}

type Parsed =
  | { readonly ok: true; readonly documents: readonly Document.Parsed[] }
  | { readonly ok: false; readonly offset: number; readonly wrong: string };

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  stringKeys: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function parse(text: string, lines: LineCounter): Parsed {
  const parser = new Parser((offset) => {
    lines.addNewLine(offset);
  });
  const tokens = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    lexemes += 1;
    if (parser.stack.length > MOST_DEPTH)
      return { ok: false, offset: parser.offset, wrong: 'is nested deeper than any policy' };
    if (lexemes > MOST_LEXEMES) return { ok: false, offset: 0, wrong: 'is far too long for a policy' };
  }
  tokens.push(...parser.end());
  return { ok: true, documents: [...new Composer(OPTIONS).compose(tokens, true, text.length)] };
}

type PlaceAt = (offset: number) => Place;

function documentOf(documents: readonly Document.Parsed[], placeAt: PlaceAt): PolicyText {
  const [first, second] = documents;
  const broken = documents.flatMap(({ errors }) => errors).map((error) => syntaxFault(error, placeAt));
  if (broken.length > 0) return { ok: false, faults: firstOfEachLine(broken) };
  if (second !== undefined) {
    const place = placeAt(second.range[0]);
    return refuse(faultOf(place, 'ends before a second document', 'Leave one document in the file.'));
  }
  if (first?.directives.yaml.explicit === true) {
    return refuse(
      faultOf(
        { line: 1, column: 1 },
        'begins with a directive',
        'Leave the line with % out; it is YAML 1.2.',
      ),
    );
  }
  const contents = first?.contents ?? null;
  if (contents === null || isEmpty(contents)) return refuse(faultOf(null, 'is empty', WHOLE_EXAMPLE));
  const faults: PolicyFault[] = [];
  const root = placed(contents, { path: [], placeAt, report: (fault) => faults.push(fault) });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, document: withPlaces(root) };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.tag === undefined;
}

/** What follows in a line is mostly a consequence. */
function firstOfEachLine(faults: readonly PolicyFault[]): readonly PolicyFault[] {
  const byLine = new Map(faults.toReversed().map((fault) => [fault.place?.line, fault]));
  return [...byLine.values()].toReversed();
}

type BrokenSyntax = Pick<YAMLParseError, 'code' | 'message' | 'pos'>;

function syntaxFault({ code, message, pos }: BrokenSyntax, placeAt: PlaceAt): PolicyFault {
  const place = placeAt(pos[0]);
  if (code === 'TAB_AS_INDENT') return faultOf(place, 'is indented with a tab', 'Indent with spaces.');
  if (code === 'NON_STRING_KEY')
    return faultOf(place, 'has a key that is no text', `Write it as name: value. ${WHOLE_EXAMPLE}`);
  const why = message.split('\n')[0]?.slice(0, 120) ?? '';
  return faultOf(place, `is not YAML here: ${why}`, `Mend this line. ${WHOLE_EXAMPLE}`);
}

/** A value, and where it and its parts stand. */
interface Placed {
  readonly value: unknown;
  readonly keyPlace: Place;
  readonly valuePlace: Place;
  readonly parts: ReadonlyMap<string | number, Placed>;
}

interface Walk {
  readonly path: PolicyPath;
  readonly placeAt: PlaceAt;
  readonly report: (fault: PolicyFault) => void;
}

/** As deep as the parser let through. */
function placed(node: ParsedNode | null, walk: Walk, keyPlace: Place | null = null): Placed {
  const { placeAt, path, report } = walk;
  const valuePlace = node === null ? (keyPlace ?? FIRST) : placeAt(node.range[0]);
  const at = { keyPlace: keyPlace ?? valuePlace, valuePlace };
  const nothing = { ...at, value: null, parts: NO_PARTS };
  if (node === null) return nothing;
  if (isAlias(node)) {
    report({ path, place: valuePlace, wrong: 'is an alias (*)', cure: 'Write the value out.' });
    return nothing;
  }
  if (node.tag !== undefined) {
    report({
      path,
      place: valuePlace,
      wrong: 'has a tag (!)',
      cure: 'Leave the tag out: a policy has none.',
    });
    return nothing;
  }
  if (isScalar(node)) return { ...nothing, value: node.value };
  if (isSeq(node)) {
    const entries = node.items.map((item, index) => placed(item, { ...walk, path: [...path, index] }));
    return { ...at, value: entries.map(({ value }) => value), parts: new Map(entries.entries()) };
  }
  const parts = partsOf(node, walk);
  // Never by assignment: `__proto__` is a key like any other.
  return { ...at, value: Object.fromEntries([...parts].map(([key, { value }]) => [key, value])), parts };
}

const FIRST: Place = { line: 1, column: 1 };
const NO_PARTS: ReadonlyMap<string | number, Placed> = new Map();

function partsOf(map: YAMLMap.Parsed, walk: Walk): ReadonlyMap<string, Placed> {
  const { path, placeAt, report } = walk;
  const parts = new Map<string, Placed>();
  for (const { key: keyNode, value } of map.items) {
    const place = placeAt(keyNode.range[0]);
    const key = isScalar(keyNode) && keyNode.tag === undefined ? keyNode.value : null;
    const first = typeof key === 'string' ? parts.get(key) : undefined;
    if (typeof key !== 'string') {
      report({ path, place, wrong: 'has a key that is no text', cure: 'Write it as name: value.' });
    } else if (key === '<<') {
      report({ path, place, wrong: 'has a merge key (<<)', cure: 'Write the settings out.' });
    } else if (first !== undefined) {
      const cure = `Leave one of them; the first is in line ${first.keyPlace.line}.`;
      report({ path: [...path, key], place, wrong: 'is given twice', cure });
    } else {
      parts.set(key, placed(value, { ...walk, path: [...path, key] }, place));
    }
  }
  return parts;
}

function withPlaces(root: Placed): PolicyDocument {
  return {
    value: root.value,
    placeOf: (path, part) => {
      let at: Placed | undefined = root;
      for (const step of path) at = at?.parts.get(step);
      if (at === undefined) return null;
      return part === 'key' ? at.keyPlace : at.valuePlace;
    },
  };
}

function faultOf(place: Place | null, wrong: string, cure: string): PolicyFault {
  return { path: [], place, wrong, cure };
}

function refuse(fault: PolicyFault): PolicyText {
  return { ok: false, faults: [fault] };
}
