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
/** Beside the program in `lib/`. */
const TABLES = './tables.cjs';
const RULES_FILE = './rules.json';
const outside = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/**
 * commander as modules of the newer kind, which go into the frame as if they were ours: a function around each file would be
 * parsed twice. It starts programs for commands that are files of their own; we have none, and to load that takes 8 ms.
 */
const commander = {
  name: 'commander',
  resolveId: (id, importer) => {
    if (id === 'commander') return '\0commander';
    return id === 'node:child_process' && importer?.includes('/node_modules/commander/') ? '\0idle' : null;
  },
  load: (id) => {
    if (id === '\0idle') return 'export default {};';
    if (id !== '\0commander') return null;
    const names = { command: 'Command', error: 'CommanderError', option: 'Option' };
    return Object.entries(names)
      .map(([file, name]) => `export { ${name} } from '${ROOT}node_modules/commander/lib/${file}.js';`)
      .join('\n');
  },
  transform: {
    filter: { id: /\/node_modules\/commander\/lib\// },
    handler(code, id) {
      const renewed = code
        .replace(/^const (\w+) = require\(('[^']+')\)\.\1;$/gm, 'import { $1 } from $2;')
        .replace(/^const (\w+|\{[^}]+\}) = require\(('[^']+')\);$/gm, 'import $1 from $2;')
        .replace(/^exports\.(\w+) = \1;/gm, 'export { $1 };');
      if (/\b(?:require\(|exports\.)/.test(renewed))
        throw new Error(`${id} imports or exports in another way.`);
      return renewed;
    },
  },
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

/** The rule book is data, and data is read in a third of the time as JSON: in ASCII, of which a character is a byte. */
const rules = {
  name: 'rules',
  load: {
    filter: { id: /\/src\/mailflow\/bounce\/rules\.ts$/ },
    async handler(id) {
      const { RULES } = await evaluate(id);
      const source = JSON.stringify(RULES).replace(/[^\0-\x7f]/g, escaped);
      if (!isDeepStrictEqual(JSON.parse(source), RULES))
        throw new Error('There is a rule that JSON cannot tell.');
      this.emitFile({ type: 'asset', fileName: 'rules.json', source });
      return { code: `export const RULES = require('${RULES_FILE}');`, moduleType: 'js' };
    },
  },
};

function escaped(letter) {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

async function evaluate(input) {
  const sources = await rolldown({ input, cwd: ROOT });
  const { output } = await sources.generate({ format: 'esm' });
  await sources.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}

/**
 * To find and read a file takes longer than to parse it, and to parse it longer than to run it. So what is always needed
 * together is one file, and nothing else is in it: these modules and all that they import, less what those above have.
 */
const TOGETHER = {
  overview: ['cli/overview', 'commands/topics/index'],
  frame: [
    'cli/program',
    'world/build-world',
    'world/open-ports',
    'render/sheet',
    'render/screen-writer',
    'mailflow/bounce/event-word',
  ],
  explain: ['commands/explain/explain'],
  trace: ['commands/trace/trace'],
  export: ['world/file-source'],
  profiles: ['world/profiles'],
};

/** The file of each of them. */
function filesOfModules(graph) {
  const files = new Map();
  const put = (id, file) => {
    if (files.has(id)) return;
    files.set(id, file);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) put(imported, file);
  };
  // What is loaded first of all is there for the others.
  put(`${ROOT}src/main.ts`, null);
  for (const [file, names] of Object.entries(TOGETHER)) {
    for (const name of names) put(`${ROOT}src/${name}.ts`, file);
  }
  return files;
}

let files = null;
const together = {
  name: (id, graph) => (files ??= filesOfModules(graph)).get(id) ?? null,
  debugName: 'together',
  includeDependenciesRecursively: false,
};

/** Plain modules of Node's older kind: a file of the newer one takes 2 ms more to find, read and link. */
const OUTPUT = {
  dir: `${ROOT}lib`,
  format: 'cjs',
  strict: true,
  // What stays outside is required as well: to import one thing wakes a loader that takes 4 ms.
  dynamicImportInCjs: false,
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
  external: [TABLES, RULES_FILE, ...outside.map((name) => new RegExp(`^${name}(/|$)`))],
  preserveEntrySignatures: 'allow-extension',
  plugins: [commander, tables, rules],
  resolve: { conditionNames: ['mc-src', 'import', 'module', 'node', 'default'] },
  onLog: (level, log, pass) => {
    // Whether a file is loaded late is decided by hand above.
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') pass(level, log);
  },
});
const drawing = await rolldown({ input: { tables: 'cli-table3' }, cwd: ROOT, platform: 'node' });
await rm(`${ROOT}lib`, { recursive: true, force: true });
const written = [
  await program.write({ ...OUTPUT, codeSplitting: { groups: [together] } }),
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
