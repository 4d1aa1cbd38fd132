/**
 * What an auditor reads: sbom.cdx.json and THIRD-PARTY.txt of the built package. The schema is that of CycloneDX itself, out
 * of its own library (a development package of one piece, kept up by the project; nothing of it is run).
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}

interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Bundled {
  readonly packages: readonly { readonly name: string; readonly asksFor: readonly string[] }[];
  readonly direct: readonly string[];
}

// Plain JavaScript of the workshop, without types.
const { billOfMaterials, readBundledPackages } = (await import(
  new URL('../../scripts/bundled-packages.mjs', import.meta.url).href
)) as {
  readonly billOfMaterials: (manifest: object, bundled: Bundled, date: Date | null) => string;
  readonly readBundledPackages: (asked: {
    readonly moduleIds: readonly string[];
    readonly importsById: ReadonlyMap<string, readonly string[]>;
    readonly root: string;
  }) => Promise<Bundled>;
};

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

describe('the bill of materials', () => {
  let bom: Bom;
  let lock: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
  let manifest: { readonly version: string; readonly devDependencies: Readonly<Record<string, string>> };
  beforeAll(async () => {
    bom = await readJson(join(ROOT, 'sbom.cdx.json'));
    manifest = await readJson(join(ROOT, 'package.json'));
    ({ packages: lock } = await readJson<{ packages: typeof lock }>(join(ROOT, 'package-lock.json')));
  });

  test('is CycloneDX 1.6 by its own schema, with licences that SPDX knows', async () => {
    const library = require.resolve('@cyclonedx/cyclonedx-library/package.json');
    const schemaOf = (name: string): Promise<object> =>
      readJson(join(dirname(library), `res/schema/${name}.SNAPSHOT.schema.json`));
    // Its formats are of addresses, of which there are none here.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(await schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(await schemaOf('bom-1.6'));
    validate(bom);
    expect(validate.errors).toBeNull();
    expect(validate({ ...bom, specVersion: 1.6 })).toBe(false);
  });

  test('names the program, and each package once, as the lock file has it', () => {
    expect(bom.metadata.component).toMatchObject({ type: 'application', version: manifest.version });
    expect(bom.metadata.timestamp).toBe(new Date(bom.metadata.timestamp).toISOString());
    expect(new Set(bom.components.map(({ purl }) => purl)).size).toBe(bom.components.length);
    const locked = Object.entries(lock).map(([place, { version, integrity = '' }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const hash = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
      return `${name} ${version} ${hash}`;
    });
    const told = bom.components.map(
      (component) => `${nameOf(component)} ${component.version} ${component.hashes[0]?.content ?? ''}`,
    );
    expect(told.filter((line) => !locked.includes(line))).toEqual([]);
    for (const component of bom.components) {
      const purl = `pkg:npm/${nameOf(component).replace('@', '%40')}@${component.version}`;
      expect([component.purl, component['bom-ref']]).toEqual([purl, purl]);
    }
  });

  test('tells who asks for whom: all are reached from the program, and it asks for its own packages only', () => {
    const askedBy = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const own = bom.metadata.component['bom-ref'];
    const reached = new Set([own]);
    for (const ref of reached) for (const next of askedBy.get(ref) ?? []) reached.add(next);
    expect([...reached].toSorted()).toEqual([own, ...bom.components.map(({ purl }) => purl)].toSorted());
    const direct = bom.components.filter(({ purl }) => askedBy.get(own)?.includes(purl));
    expect(direct.map(nameOf).filter((name) => !(name in manifest.devDependencies))).toEqual([]);
    const jws = bom.components.find(({ name }) => name === 'jws')?.purl ?? '';
    expect(askedBy.get(jws)).toContainEqual(expect.stringMatching(/^pkg:npm\/jwa@/u));
  });

  test('has the same packages as the notices, each of which holds the text of its licence', async () => {
    const notices = await readFile(join(ROOT, 'THIRD-PARTY.txt'), 'utf8');
    const entries = notices.split(/^={78}\n(?=.+\n={78}$)/mu).slice(1);
    const texts = new Map(entries.map((entry) => [entry.split('\n', 1)[0] ?? '', entry]));
    expect([...texts.keys()].toSorted()).toEqual(
      bom.components
        .map(
          (component) =>
            `${nameOf(component)} ${component.version} (${component.licenses[0]?.license.id ?? ''})`,
        )
        .toSorted(),
    );
    const isText = /Permission (?:is hereby granted|to use)|Redistribution and use|Apache License/u;
    expect([...texts].filter(([, text]) => !isText.test(text)).map(([title]) => title)).toEqual([]);
  });
});

describe('packages of a bundle', () => {
  let root = '';
  beforeAll(async () => {
    // The sources themselves may lie in the folder of somebody's packages.
    root = `${await mkdtemp(join(tmpdir(), 'mailcheck-bundled-'))}/node_modules/checkout/`;
    const packages = {
      'node_modules/a': { name: 'a', version: '1.0.0', license: 'MIT' },
      'node_modules/@b/c': { name: '@b/c', version: '2.0.0', license: { type: 'ISC' } },
      'node_modules/a/node_modules/d': { name: 'd', version: '3.0.0', license: 'MIT OR Apache-2.0' },
      'node_modules/bare': { name: 'bare', version: '1.0.0' },
    };
    for (const [place, manifest] of Object.entries(packages)) {
      await mkdir(join(root, place), { recursive: true });
      await writeFile(join(root, place, 'package.json'), JSON.stringify(manifest));
    }
    for (const name of ['LICENSE', 'NOTICE.txt'])
      await writeFile(join(root, 'node_modules/a', name), `${name}\r\n`);
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: {} }));
  });
  afterAll(() => rm(dirname(dirname(root)), { recursive: true, force: true }));

  const bundled = (...names: readonly string[]): Promise<Bundled> =>
    readBundledPackages({
      moduleIds: [`${root}src/main.ts`, '\0rolldown/runtime.js', ...names.map((name) => root + name)],
      importsById: new Map([
        [`${root}src/main.ts`, ['\0passes-on', `${root}src/b.ts`, 'node:fs']],
        ['\0passes-on', ['\0passes-on', `${root}node_modules/a/index.js`]],
        [
          `${root}node_modules/a/index.js`,
          [
            `${root}node_modules/a/b.js`,
            `${root}node_modules/@b/c/x.js`,
            `${root}node_modules/left-out/x.js`,
          ],
        ],
        [`${root}node_modules/@b/c/x.js`, [`${root}node_modules/a/node_modules/d/x.js`]],
      ]),
      root,
    });

  test('are found by their files, wherever they lie, with who asks for them', async () => {
    const files = ['node_modules/a/index.js', 'node_modules/@b/c/x.js', 'node_modules/a/node_modules/d/x.js'];
    expect(await bundled(...files)).toMatchObject({
      direct: ['pkg:npm/a@1.0.0'],
      packages: [
        { name: '@b/c', licence: 'ISC', asksFor: ['pkg:npm/d@3.0.0'], texts: [] },
        { name: 'a', licence: 'MIT', asksFor: ['pkg:npm/%40b/c@2.0.0'], texts: ['LICENSE', 'NOTICE.txt'] },
        { name: 'd', licence: 'MIT OR Apache-2.0', asksFor: [], texts: [] },
      ],
    });
  });

  test('one without a licence may not be bundled', async () => {
    await expect(bundled('node_modules/bare/index.js')).rejects.toThrow(/bare 1\.0\.0 names no licence/u);
  });

  test('the same packages get the same serial number, others another', async () => {
    const manifest = { name: 'x', version: '1.0.0', description: 'x', license: 'MIT' };
    const serialOf = (found: Bundled, date: Date | null = new Date(0)): string =>
      (JSON.parse(billOfMaterials(manifest, found, date)) as Bom).serialNumber;
    const [one, two] = [await bundled('node_modules/a/index.js'), await bundled('node_modules/@b/c/x.js')];
    expect(serialOf(one)).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/u,
    );
    expect(new Set([serialOf(one), serialOf(one), serialOf(two), serialOf(one, null)]).size).toBe(3);
  });
});
