/** JUnit through a strict XML parser, then through the schema that servers agree on: names, counts and endings. */
import { SaxesParser } from 'saxes';

export interface JunitReport {
  readonly suite: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly cases: readonly JunitCase[];
  /** All text and all values of attributes, as a reader shows them. */
  readonly texts: readonly string[];
}

export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  readonly ending: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string | null;
  readonly text: string;
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['testsuite'],
  testsuite: ['properties', 'testcase', 'system-out'],
  properties: ['property'],
  property: [],
  testcase: ['failure', 'error', 'skipped', 'system-out'],
  failure: [],
  error: [],
  skipped: [],
  'system-out': [],
};

export function readJunit(xml: string): JunitReport {
  const { root, texts } = readXml(xml);
  if (root.name !== 'testsuites' || root.children.length !== 1) throw new Error('not one suite of suites');
  const suite = root.children[0];
  if (suite === undefined) throw new Error('no suite');
  const cases = suite.children.filter(({ name }) => name === 'testcase').map(readCase);
  const names = cases.map(({ classname, name }) => `${classname} ${name}`);
  if (new Set(names).size !== names.length) throw new Error(`a case twice: ${names.join(', ')}`);
  for (const element of [root, suite]) checkCounts(element, cases);
  if (Number.isNaN(Date.parse(need(suite, 'timestamp')))) throw new Error('no timestamp');
  const properties = suite.children.find(({ name }) => name === 'properties')?.children ?? [];
  return {
    suite: need(suite, 'name'),
    properties: new Map(properties.map((property) => [need(property, 'name'), need(property, 'value')])),
    cases,
    texts,
  };
}

function readXml(xml: string): { readonly root: Element; readonly texts: readonly string[] } {
  const parser = new SaxesParser({ xmlns: false });
  const open: Element[] = [];
  const roots: Element[] = [];
  const texts: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  for (const event of ['doctype', 'cdata', 'processinginstruction', 'comment'] as const) {
    parser.on(event, () => {
      throw new Error(`a ${event}`);
    });
  }
  parser.on('opentag', ({ name, attributes }) => {
    const parent = open.at(-1);
    if (CHILDREN[name] === undefined) throw new Error(`an element ${name}`);
    if (parent !== undefined && CHILDREN[parent.name]?.includes(name) !== true)
      throw new Error(`${name} in ${parent.name}`);
    const element = { name, attributes, children: [], text: '' };
    texts.push(...Object.values(attributes));
    (parent?.children ?? roots).push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
    texts.push(text);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  const [root] = roots;
  if (root === undefined) throw new Error('no root');
  return { root, texts };
}

function readCase(element: Element): JunitCase {
  const endings = element.children.filter(({ name }) => name !== 'system-out');
  if (endings.length > 1) throw new Error('a case ends twice');
  const [ending] = endings;
  if (ending !== undefined && ending.name !== 'skipped') need(ending, 'type');
  if (ending !== undefined) need(ending, 'message');
  const words = { failure: 'failure', error: 'error', skipped: 'skipped' } as const;
  return {
    classname: need(element, 'classname'),
    name: need(element, 'name'),
    ending: Object.values(words).find((word) => word === ending?.name) ?? 'passed',
    type: ending?.attributes['type'] ?? null,
    text: element.children.map(({ text }) => text).join(''),
  };
}

function checkCounts(element: Element, cases: readonly JunitCase[]): void {
  const of = (ending: JunitCase['ending']): number => cases.filter((each) => each.ending === ending).length;
  const counts = {
    tests: cases.length,
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  };
  for (const [name, count] of Object.entries(counts)) {
    if (need(element, name) !== String(count)) throw new Error(`${name} of ${element.name} is not ${count}`);
  }
}

function need({ name, attributes }: Element, attribute: string): string {
  const value = attributes[attribute];
  if (value === undefined) throw new Error(`${name} without ${attribute}`);
  return value;
}
