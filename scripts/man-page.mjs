/**
 * Writes man/mailcheck.1 from the specs of the commands. Its date is that of the sources, so that the same sources give
 * the same bytes.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { rolldown } from 'rolldown';

import { dateOfSources } from './date-of-sources.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SPECS = '\0specs';

const folder = await mkdtemp(join(tmpdir(), 'mailcheck-man-'));
try {
  const { renderManPage, COMMANDS, TOPICS } = await loadSpecs(folder);
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await mkdir(join(ROOT, 'man'), { recursive: true });
  await writeFile(
    join(ROOT, 'man/mailcheck.1'),
    renderManPage({
      commands,
      topics: TOPICS,
      version,
      date: dateOfSources(ROOT)?.toISOString().slice(0, 10) ?? '',
    }),
  );
} finally {
  await rm(folder, { recursive: true });
}

/** The specs are TypeScript; bundled for once they are read as any module. */
async function loadSpecs(into) {
  const exported = [
    ['renderManPage', 'cli/man-page'],
    ['COMMANDS', 'commands/index'],
    ['TOPICS', 'commands/topics/index'],
  ];
  const code = exported.map(([name, file]) => `export { ${name} } from '${ROOT}src/${file}.ts';`).join('\n');
  const bundle = await rolldown({
    input: SPECS,
    cwd: ROOT,
    platform: 'node',
    plugins: [
      {
        name: 'specs',
        resolveId: (id) => (id === SPECS ? id : null),
        load: (id) => (id === SPECS ? code : null),
      },
    ],
    resolve: { conditionNames: ['mc-src', 'import', 'module', 'node', 'default'] },
  });
  await bundle.write({
    dir: into,
    format: 'esm',
    entryFileNames: 'specs.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundle.close();
  return import(pathToFileURL(join(into, 'specs.mjs')).href);
}
