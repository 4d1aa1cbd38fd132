/** The packages whose code is in the bundle: what they are, under which licence, and the two files that say so. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One entry for each package of which a file is in the bundle, by name and version, and `direct`: those that our own code
 * asks for. `importsById` has the names of the files that a file asks for.
 */
export async function readBundledPackages({ moduleIds, importsById, root }) {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const folderOf = (id) => packageFolder(id, root);
  const folders = new Set(moduleIds.map(folderOf).filter((folder) => folder !== null));
  const asked = askedByFolder(moduleIds, importsById, folderOf);
  const packages = await Promise.all(
    Array.from(folders, async (folder) => ({ ...(await readPackage(folder, root, lock)), folder })),
  );
  packages.sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  const asksFor = (folder) => packages.filter((other) => asked.get(folder)?.has(other.folder) === true);
  return {
    packages: packages.map(({ folder, ...known }) => ({ ...known, asksFor: asksFor(folder).map(purlOf) })),
    direct: asksFor(null).map(purlOf),
  };
}

/** The folders of the packages that each package asks for; null stands for our own code. */
function askedByFolder(moduleIds, importsById, folderOf) {
  const inside = new Set(moduleIds);
  const asked = new Map();
  for (const id of moduleIds) {
    const from = folderOf(id);
    const targets = bundledBehind(id, importsById, inside).map(folderOf);
    const others = targets.filter((to) => to !== null && to !== from);
    asked.set(from, new Set([...(asked.get(from) ?? []), ...others]));
  }
  return asked;
}

/** What a file asks for, through files that do nothing but pass on, and of which nothing is left. */
function bundledBehind(id, importsById, inside) {
  const seen = new Set(importsById.get(id) ?? []);
  for (const next of seen) {
    if (!inside.has(next)) for (const behind of importsById.get(next) ?? []) seen.add(behind);
  }
  return [...seen].filter((next) => inside.has(next));
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `node_modules/@scope/name` of a file in it, seen from the root; null for our own and for virtual ones. */
function packageFolder(id, root) {
  const path = id.replace(/^\0/, '').replaceAll('\\', '/');
  const place = root.replaceAll('\\', '/');
  if (!path.startsWith(place)) return null;
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.slice(place.length))?.[0] ?? null;
}

async function readPackage(folder, root, lock) {
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const { name, version } = manifest;
  const licence = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? null);
  if (licence === null) throw new Error(`${name} ${version} names no licence: it may not be bundled.`);
  const integrity = lock.packages[folder]?.integrity ?? null;
  return { name, version, licence, integrity, texts: await readTexts(join(root, folder)) };
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

/**
 * CycloneDX 1.6. The same sources give the same bytes: the time is that of the sources, and the serial number is made from
 * the rest.
 */
export function billOfMaterials(manifest, { packages, direct }, date) {
  const own = purlOf(manifest);
  const described = {
    version: 1,
    metadata: {
      ...(date === null ? {} : { timestamp: date.toISOString() }),
      lifecycles: [{ phase: 'build' }],
      component: {
        ...identityOf('application', manifest),
        description: manifest.description,
        licenses: licencesOf(manifest.license),
      },
    },
    components: packages.map((known) => ({
      ...identityOf('library', known),
      scope: 'required',
      ...(known.integrity === null ? {} : { hashes: hashesOf(known.integrity) }),
      licenses: licencesOf(known.licence),
    })),
    dependencies: [
      { ref: own, dependsOn: direct },
      ...packages.map((known) => ({ ref: purlOf(known), dependsOn: known.asksFor })),
    ],
  };
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(described))}`,
    ...described,
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** Of `@azure/identity` the group is `@azure`. */
function identityOf(type, { name, version }) {
  const [, group, rest] = /^(?:(@[^/]+)\/)?(.+)$/.exec(name);
  const purl = purlOf({ name, version });
  return { type, 'bom-ref': purl, ...(group === undefined ? {} : { group }), name: rest, version, purl };
}

/** An expression, as `MIT OR Apache-2.0`, has a place of its own. */
function licencesOf(licence) {
  const acknowledgement = 'declared';
  return /[ ()]/.test(licence)
    ? [{ expression: licence, acknowledgement }]
    : [{ license: { id: licence, acknowledgement } }];
}

/** RFC 9562, version 8: the bits are ours to choose. */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function purlOf({ name, version }) {
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
