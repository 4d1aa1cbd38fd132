/**
 * The program as it is published: `lib/`, a few files of minified JavaScript with everything in them that they need, and
 * beside it what the law and an auditor ask for: THIRD-PARTY.txt and sbom.cdx.json. The same sources give the same bytes.
 *
 * What package.json names under `devDependencies` and the program imports goes in; what it names under `dependencies` or
 * `peerDependencies` stays outside and is found at run time. Each dynamic import stays a file of its own.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

import { rolldown } from 'rolldown';

import { billOfMaterials, readBundledPackages, thirdPartyNotices } from './bundled-packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'));
/** cli-table3, beside the program. */
const TABLES = './tables.cjs';
const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** commander starts programs for commands that are files of their own. We have none, and it takes 8 ms to load. */
const idle = {
  name: 'idle',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('/node_modules/commander/') ? '\0idle' : null,
  load: (id) => (id === '\0idle' ? 'module.exports = {};' : null),
};

/** What draws tables is read when the first is drawn: most answers that are piped have none, and it takes a tenth of them. */
const tables = {
  name: 'tables',
  transform: {
    filter: { id: /\/src\/render\/table\.ts$/ },
    handler(code) {
      const late = code
        .replace(/^import CliTable3 from ["']cli-table3["'];$/m, '')
        .replaceAll('new CliTable3(', `new (require('${TABLES}'))(`);
      if (/\bCliTable3\b/.test(late)) throw new Error('render/table.ts uses cli-table3 in another way.');
      return late;
    },
  },
};

/** The rule book is data, and data is read in a third of the time as JSON. */
const rules = {
  name: 'rules',
  load: {
    filter: { id: /\/src\/mailflow\/bounce\/rules\.ts$/ },
    async handler(id) {
      const { RULES } = await evaluate(id);
      const text = JSON.stringify(RULES);
      if (!isDeepStrictEqual(JSON.parse(text), RULES))
        throw new Error('There is a rule that JSON cannot tell.');
      return { code: `export const RULES = JSON.parse(${JSON.stringify(text)});`, moduleType: 'js' };
    },
  },
};

async function evaluate(input) {
  const sources = await rolldown({ input, cwd: ROOT });
  const { output } = await sources.generate({ format: 'esm' });
  await sources.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}

/** To find, read and link a file takes longer than to parse it, so what is always needed together is one file. */
const TOGETHER = [
  // A page of help has no frame, and the frame has no page.
  { name: 'page', priority: 4, test: /\/src\/(cli\/help-layout|terminal\/width)/ },
  { name: 'overview', priority: 3, test: /\/src\/(cli\/overview|commands\/topics\/(?!rules-page))/ },
  {
    name: 'frame',
    priority: 2,
    test: /\/src\/(cli\/(?!gather|help|man-page)|terminal|settings|failure|render\/(?!redact|csv|sheet|ndjson|table|json\b|nagios|junit|openmetrics|github)|world\/(build-world|open-ports|attended|tenant-name))|\/node_modules\/(commander|get-east-asian-width)\//,
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

/** Plain modules of Node's older kind: a file of the newer one takes 2 ms more to find, read and link. */
const OUTPUT = {
  dir: `${ROOT}lib`,
  format: 'cjs',
  strict: true,
  minify: true,
  charset: 'ascii',
  comments: { legal: false },
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
};

const program = await rolldown({
  input: { main: `${ROOT}src/main.ts` },
  cwd: ROOT,
  platform: 'node',
  // Names of files are those in lib/.
  makeAbsoluteExternalsRelative: false,
  external: [TABLES, ...outside.map((name) => new RegExp(`^${name}(/|$)`))],
  plugins: [idle, tables, rules],
  resolve: { conditionNames: ['mc-src', 'import', 'module', 'node', 'default'] },
  onLog: (level, log, pass) => {
    // Whether a file is loaded late is decided by hand above.
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') pass(level, log);
  },
});
const drawing = await rolldown({ input: { tables: 'cli-table3' }, cwd: ROOT, platform: 'node' });
await rm(`${ROOT}lib`, { recursive: true, force: true });
const written = [
  await program.write({ ...OUTPUT, codeSplitting: { groups: TOGETHER } }),
  await drawing.write(OUTPUT),
];
await Promise.all([program.close(), drawing.close()]);
const output = written.flatMap((bundle) => bundle.output);

const packages = await readBundledPackages(
  output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : [])),
  ROOT,
);
await writeFile(`${ROOT}THIRD-PARTY.txt`, thirdPartyNotices(packages));
await writeFile(`${ROOT}sbom.cdx.json`, billOfMaterials(manifest, packages));
