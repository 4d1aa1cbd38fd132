/** The packages whose code is in the bundle: what they are, under which licence, and the two files that say so. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One entry for each package of which a file is in the bundle, by name and version. */
export async function readBundledPackages(moduleIds, root) {
  const folders = new Set(moduleIds.map(packageFolder).filter((folder) => folder !== null));
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const packages = await Promise.all(Array.from(folders, (folder) => readPackage(folder, root, lock)));
  return packages.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `…/node_modules/@scope/name` of a file in it; null for our own and for virtual ones. */
function packageFolder(id) {
  return (
    /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replace(/^\0/, '').replaceAll('\\', '/'))?.[1] ?? null
  );
}

async function readPackage(folder, root, lock) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version } = manifest;
  const licence = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? null);
  if (licence === null) throw new Error(`${name} ${version} names no licence: it may not be bundled.`);
  const locked = lock.packages[folder.slice(folder.indexOf('node_modules/', root.length - 1))];
  return { name, version, licence, integrity: locked?.integrity ?? null, texts: await readTexts(folder) };
}

async function readTexts(folder) {
  const names = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .toSorted();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim());
}

export function thirdPartyNotices(packages) {
  const head = [
    'mailcheck contains code of the packages below, each under its own licence. What each of them asks to be kept with',
    'its code follows its name. sbom.cdx.json has the same list for programs.',
  ].join('\n');
  const entries = packages.map(({ name, version, licence, texts }) => {
    const kept = texts.length === 0 ? [`Licence: ${licence} (the package carries no text of it)`] : texts;
    return [`${'='.repeat(78)}\n${name} ${version} (${licence})\n${'='.repeat(78)}`, ...kept].join('\n\n');
  });
  return `${[head, ...entries].join('\n\n')}\n`;
}

/** CycloneDX 1.6. No time and no serial number: the same sources give the same bytes. */
export function billOfMaterials(manifest, packages) {
  const own = `pkg:npm/${manifest.name}@${manifest.version}`;
  const components = packages.map(({ name, version, licence, integrity }) => ({
    type: 'library',
    'bom-ref': purlOf(name, version),
    name,
    version,
    scope: 'required',
    purl: purlOf(name, version),
    // An expression, as `MIT OR Apache-2.0`, has a place of its own.
    licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    ...(integrity === null ? {} : { hashes: hashesOf(integrity) }),
  }));
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': own,
        name: manifest.name,
        version: manifest.version,
        purl: own,
        licenses: [{ license: { id: manifest.license } }],
      },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map((component) => component['bom-ref']) },
      ...components.map((component) => ({ ref: component['bom-ref'] })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

const ALGORITHMS = { sha512: 'SHA-512', sha384: 'SHA-384', sha256: 'SHA-256', sha1: 'SHA-1' };

/** Of the packed package, as the lock file has it. */
function hashesOf(integrity) {
  return integrity.split(' ').map((entry) => {
    const [algorithm, base64] = entry.split(/-(.*)/s);
    return { alg: ALGORITHMS[algorithm], content: Buffer.from(base64, 'base64').toString('hex') };
  });
}
