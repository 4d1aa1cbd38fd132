/**
 * Gives everything that is published the mode that git knows, 644 or 755: a hardened machine, with a umask of 077, would
 * pack other bytes.
 */
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { files } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

for (const name of [...files, 'package.json', 'LICENSE', 'README.md']) await openUp(join(ROOT, name));

async function openUp(path) {
  const found = await stat(path);
  await chmod(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of await readdir(path)) await openUp(join(path, name));
}
