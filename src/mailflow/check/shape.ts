/**
 * What a policy may look like, as data. One walk over it finds what is wrong, another makes the JSON Schema, so that both
 * accept the same.
 */
import { nearestWord } from '../nearest-word.js';
import { cut, type PolicyDocument, type PolicyFault, type PolicyPath } from './policy-document.js';

/** A part of a JSON Schema (draft 2020-12). */
export type SchemaPart = Readonly<Record<string, unknown>>;

export interface LeafShape {
  readonly kind: 'leaf';
  /** As `a whole number from 1`. */
  readonly accepted: string;
  /** As it is written in a policy. */
  readonly example: string;
  /** Where there are no others; else null. */
  readonly words: readonly string[] | null;
  readonly isGood: (given: unknown) => boolean;
  readonly schema: SchemaPart;
}

export interface ListShape {
  readonly kind: 'list';
  readonly accepted: string;
  readonly example: string;
  readonly of: LeafShape;
  readonly least: number;
  readonly most: number;
}

export interface ObjectShape {
  readonly kind: 'object';
  /** As `held-mail`. */
  readonly name: string;
  readonly example: string;
  readonly parts: Readonly<Record<string, Part>>;
  readonly required: readonly string[];
  /** Written without anything under it, as when all its lines are comments. */
  readonly mayBeEmpty: boolean;
  /** What its parts must keep together. */
  readonly together: Together | null;
  /** Where it stands in several places, by what name the schema has it once. */
  readonly definition: string | null;
}

export interface Together {
  readonly isGood: (given: Fields) => boolean;
  readonly wrong: string;
  readonly cure: string;
  readonly schema: SchemaPart;
}

export type Shape = LeafShape | ListShape | ObjectShape;

export interface Part {
  readonly shape: Shape;
  /** What it does, a sentence. */
  readonly says: string;
  /** What holds where it is not given; undefined where nothing does. */
  readonly usual: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** In the order of the file. */
export function faultsOf(root: ObjectShape, document: PolicyDocument): readonly PolicyFault[] {
  const homes = homesOf(root, []);
  return [...walk(root, document.value, { path: [], document, homes })];
}

interface Spot {
  readonly path: PolicyPath;
  readonly document: PolicyDocument;
  readonly homes: readonly Home[];
}

function* walk(shape: Shape, given: unknown, spot: Spot): Generator<PolicyFault> {
  switch (shape.kind) {
    case 'leaf':
      if (!shape.isGood(given)) yield badValue(shape, given, spot);
      return;
    case 'list':
      yield* walkList(shape, given, spot);
      return;
    case 'object':
      yield* walkObject(shape, given, spot);
  }
}

function* walkList(shape: ListShape, given: unknown, spot: Spot): Generator<PolicyFault> {
  if (!isList(given)) {
    yield badValue(shape, given, spot);
    return;
  }
  if (given.length < shape.least || given.length > shape.most) {
    const wrong = `cannot have ${given.length === 1 ? '1 entry' : `${given.length} entries`}`;
    yield faultAt(spot, 'value', wrong, giveText(shape.accepted, shape.example, spot));
    return;
  }
  for (const [index, entry] of given.entries()) yield* walk(shape.of, entry, inner(spot, index));
}

function* walkObject(shape: ObjectShape, given: unknown, spot: Spot): Generator<PolicyFault> {
  if (given === null && shape.mayBeEmpty) return;
  if (!isFields(given)) {
    // A whole file that is no policy may be anything, a secret as well.
    const isWholeFile = spot.path.length === 0 && typeof given === 'string';
    yield faultAt(
      spot,
      'value',
      `cannot be ${isWholeFile ? 'a text' : givenText(given)}`,
      `Give keys and values, as ${shape.example}`,
    );
    return;
  }
  let isWhole = true;
  for (const key of shape.required.filter((name) => !Object.hasOwn(given, name))) {
    isWhole = false;
    yield faultAt(spot, 'key', `has no ${key}`, `Give ${key}, as ${shape.example}`);
  }
  for (const [key, value] of Object.entries(given)) {
    const part = partOf(shape, key);
    if (part === null) {
      isWhole = false;
      yield unknownKey(shape, key, spot);
      continue;
    }
    for (const fault of walk(part.shape, value, inner(spot, key))) {
      isWhole = false;
      yield fault;
    }
  }
  const { together } = shape;
  if (isWhole && together !== null && !together.isGood(given))
    yield faultAt(spot, 'value', together.wrong, together.cure);
}

function partOf({ parts }: ObjectShape, key: string): Part | null {
  return Object.hasOwn(parts, key) ? (parts[key] ?? null) : null;
}

function inner(spot: Spot, step: string | number): Spot {
  return { ...spot, path: [...spot.path, step] };
}

/** Where it is not written itself, what it would stand in is. */
function faultAt({ path, document }: Spot, part: 'key' | 'value', wrong: string, cure: string): PolicyFault {
  return { path, place: document.placeOf(path, part), wrong, cure };
}

function badValue(shape: LeafShape | ListShape, given: unknown, spot: Spot): PolicyFault {
  const { accepted, example } = shape;
  const wrong = `cannot be ${givenText(given)}`;
  return faultAt(spot, 'value', wrong, meantText(shape, given, spot) ?? giveText(accepted, example, spot));
}

/** The word or number that was meant; null where that is not plain. */
function meantText(shape: LeafShape | ListShape, given: unknown, spot: Spot): string | null {
  if (typeof given !== 'string' || shape.kind === 'list') return null;
  const { accepted, example, words, isGood } = shape;
  const meant = words === null ? null : nearestWord(given, words);
  if (meant !== null) return `Give ${meant} in its place; accepted is ${accepted}.`;
  const bare = plainValue(given);
  return bare !== null && isGood(bare) ? giveText(`${accepted}, without quotes`, example, spot) : null;
}

/** What the text would be without quotes. */
function plainValue(text: string): number | boolean | null {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}(?:\.\d{1,15})?$/u.test(text) ? Number(text) : null;
}

function giveText(accepted: string, example: string, { path }: Spot): string {
  const key = path.findLast((step) => typeof step === 'string');
  const isEntry = typeof path.at(-1) === 'number';
  return `Give ${accepted}, as ${key === undefined || isEntry ? example : `${key}: ${example}`}`;
}

function unknownKey(shape: ObjectShape, key: string, spot: Spot): PolicyFault {
  return faultAt(inner(spot, key), 'key', 'is no key that there is', keyCure(shape, key, spot.homes));
}

function keyCure(shape: ObjectShape, key: string, homes: readonly Home[]): string {
  const keys = Object.keys(shape.parts);
  const meant = nearestWord(key, keys);
  if (meant !== null) return `Give ${meant} in its place, as ${meant}: ${exampleOf(shape, meant)}`;
  const others = homes.filter((home) => home.key === key).map(({ under }) => under);
  if (others.length > 0) return `It belongs under ${others.join(' or ')}.`;
  if (keys.length === 0) return `${shape.name} has none of its own; leave it out.`;
  const first = keys[0] ?? '';
  return `${shape.name} has ${keys.join(', ')}, as ${first}: ${exampleOf(shape, first)}`;
}

function exampleOf(shape: ObjectShape, key: string): string {
  return partOf(shape, key)?.shape.example ?? '';
}

/** Where a key is known. */
interface Home {
  readonly key: string;
  /** As `checks.held-mail`. */
  readonly under: string;
}

function homesOf(shape: ObjectShape, path: readonly string[]): readonly Home[] {
  const under = path.length === 0 ? 'the policy itself' : path.join('.');
  return Object.entries(shape.parts).flatMap(([key, part]) => [
    { key, under },
    ...(part.shape.kind === 'object' ? homesOf(part.shape, [...path, key]) : []),
  ]);
}

export function givenText(given: unknown): string {
  if (given === null || given === undefined) return 'nothing';
  if (isList(given)) return 'a list';
  switch (typeof given) {
    case 'string':
      return `"${cut(given)}"`;
    case 'number':
    case 'boolean':
      return String(given);
    default:
      return 'keys and values';
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
