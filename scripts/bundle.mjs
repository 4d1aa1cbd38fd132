/**
 * The program as it is published: `lib/`, a few files of minified JavaScript with everything in them that they need, and
 * beside it what the law and an auditor ask for: THIRD-PARTY.txt and sbom.cdx.json. The same sources give the same bytes.
 *
 * What package.json names under `devDependencies` and the program imports goes in; what it names under `dependencies` or
 * `peerDependencies` stays outside and is found at run time. Each dynamic import stays a file of its own.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

import { billOfMaterials, readBundledPackages, thirdPartyNotices } from './bundled-packages.mjs';
import { dateOfSources } from './date-of-sources.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'));
const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What older packages `require` of Node: asked of the process, which is there, and not of a `require` to be made first. */
const builtins = {
  name: 'builtins',
  resolveId: {
    order: 'pre',
    handler(id, importer, { kind }) {
      const name = id.replace(/^node:/, '');
      if (kind !== 'require-call' || !builtinModules.includes(name)) return null;
      // commander starts programs for commands that are files of their own. We have none, and it takes 8 ms to load.
      const isIdle = name === 'child_process' && importer?.includes('/node_modules/commander/') === true;
      return isIdle ? '\0builtin:' : `\0builtin:${name}`;
    },
  },
  load(id) {
    if (!id.startsWith('\0builtin:')) return null;
    const name = id.slice('\0builtin:'.length);
    return name === ''
      ? 'module.exports = {};'
      : `module.exports = process.getBuiltinModule('node:${name}');`;
  },
};

/** What draws tables is run when the first is drawn: most answers that are piped have none, and it takes a tenth of them. */
const tables = {
  name: 'tables',
  transform: {
    filter: { id: /\/src\/render\/table\.ts$/ },
    handler(code) {
      const late = code
        .replace(/^import CliTable3 from ["']cli-table3["'];$/m, '')
        .replaceAll('new CliTable3(', 'new (require("cli-table3"))(');
      if (/\bCliTable3\b/.test(late)) throw new Error('render/table.ts uses cli-table3 in another way.');
      return late;
    },
  },
};

/** Which file asks for which, by their names: for the bill of materials. */
const importsById = new Map();
const graph = {
  name: 'graph',
  generateBundle() {
    for (const id of this.getModuleIds()) {
      const { importedIds, dynamicallyImportedIds } = this.getModuleInfo(id);
      importsById.set(id, [...importedIds, ...dynamicallyImportedIds]);
    }
  },
};

/** To find, read and link a file takes longer than to parse it, so what is always needed together is one file. */
const TOGETHER = [
  {
    name: 'overview',
    priority: 3,
    test: /\/src\/(cli\/(overview|help-layout)|commands\/topics\/(?!rules-page)|terminal\/width)/,
  },
  {
    name: 'frame',
    priority: 2,
    test: /\/src\/(cli\/(?!gather|man-page)|terminal|settings|failure|mailflow\/nearest-word|render\/(?!redact|csv|sheet|ndjson|table|json\b|nagios|junit|openmetrics|github)|world\/(build-world|open-ports|attended|tenant-name))|\/node_modules\/(commander|get-east-asian-width)\//,
  },
  {
    name: 'explain',
    priority: 1,
    test: /\/src\/(mailflow\/(bounce\/(?!event-word|notice|parse-rules|rule-listing)|smtp)|commands\/explain\/(explain\.|explain.view|concluded|reference-of|explain-row))/,
  },
  {
    name: 'trace',
    test: /\/src\/(mailflow\/(trace\/(?!judge-events|order-events|read-event|journey)|sampling\/)|commands\/trace\/(?!show|timeline))/,
  },
  { name: 'export', test: /\/src\/(world\/file-source|sources\/(files|rows)\/)/ },
  { name: 'profiles', test: /\/src\/world\/(profiles|private-)/ },
];

const bundle = await rolldown({
  input: { main: `${ROOT}src/main.ts` },
  cwd: ROOT,
  platform: 'node',
  external: outside.map((name) => new RegExp(`^${name}(/|$)`)),
  plugins: [builtins, tables, graph],
  resolve: { conditionNames: ['mc-src', 'import', 'module', 'node', 'default'] },
  // Bundled code has none, and what asks for it wants to know whether this is Node.
  transform: { define: { 'typeof require': '"function"' } },
  onLog: (level, log, pass) => {
    // Whether a file is loaded late is decided by hand above.
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') pass(level, log);
  },
});
await rm(`${ROOT}lib`, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: `${ROOT}lib`,
  format: 'esm',
  minify: true,
  comments: { legal: false },
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: { groups: TOGETHER },
});
await bundle.close();

const bundled = await readBundledPackages({
  moduleIds: output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : [])),
  importsById,
  root: ROOT,
});
await writeFile(`${ROOT}THIRD-PARTY.txt`, thirdPartyNotices(bundled.packages));
await writeFile(`${ROOT}sbom.cdx.json`, billOfMaterials(manifest, bundled, dateOfSources(ROOT)));
