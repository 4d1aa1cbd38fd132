/**
 * What people get: packs the last commit twice, from two clones on different machines as it were, and compares the bytes;
 * installs the package as
 * `npm install --global` does, with install scripts off; measures it; and runs it on every Node that is promised.
 *
 * Run: npm run test:package. NODES="20 24" chooses some; MAILCHECK_NODES names the folder in which they are kept.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { environmentOf, NODE_VERSIONS, nodeFolder, run } from './nodes.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_MEGABYTES = 40;
const MOST_PACKED_MEGABYTES = 2;
const WELCOME =
  /^(?:package\.json|LICENSE|README\.md|CHANGELOG\.md|THIRD-PARTY\.txt|sbom\.cdx\.json|policy\.schema\.json|man\/mailcheck\.1|bin\/(?:mailcheck\.js|package\.json)|lib\/(?:[\w-]+\.cjs|rules\.json))$/;

const commit = run('git', ['rev-parse', 'HEAD'], { cwd: ROOT }).trim();
const work = mkdtempSync(join(tmpdir(), 'mailcheck-package-'));
try {
  const tarball = pack(join(work, 'one'), { TZ: 'UTC', LC_ALL: 'C' });
  // Turkish sorts and capitalises otherwise, and on Samoa it is tomorrow.
  const umask = process.umask(0o077);
  const again = pack(join(work, 'elsewhere, deeper', 'two'), { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8' });
  process.umask(umask);
  const digests = [tarball, again].map(sha256);
  check(
    digests[0] === digests[1],
    `the same bytes from another folder, umask, zone and language (sha256 ${digests[0]})`,
  );
  checkContents(tarball);
  const prefix = install(tarball);
  checkSize(prefix);
  const versions = process.env.NODES?.split(/[ ,]+/).filter((word) => word !== '') ?? NODE_VERSIONS;
  for (const version of versions) tryOn(version, prefix);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function check(holds, what) {
  if (!holds) throw new Error(`Not so: ${what}`);
  console.log(`ok  ${what}`);
}

/** In a clone of its own, so that nothing that lies about here gets in. */
function pack(clone, more) {
  const env = { ...process.env, ...more };
  run('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone]);
  // Somebody may commit meanwhile.
  run('git', ['checkout', '--quiet', '--detach', commit], { cwd: clone });
  const packages = join(work, 'one', 'node_modules');
  if (existsSync(packages)) cpSync(packages, join(clone, 'node_modules'), { recursive: true });
  else run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: clone });
  run('npm', ['pack', '--silent', '--pack-destination', clone], { cwd: clone, env });
  return join(clone, readdirSync(clone).find((file) => file.endsWith('.tgz')) ?? 'none.tgz');
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function checkContents(tarball) {
  const files = run('tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((line) => line.replace('package/', ''));
  const megabytes = statSync(tarball).size / 1e6;
  check(megabytes <= MOST_PACKED_MEGABYTES, `packed ${megabytes.toFixed(2)} MB, ${files.length} files`);
  const strange = files.filter((file) => !WELCOME.test(file));
  check(strange.length === 0, `nothing in it that nobody needs ${strange.join(' ')}`);
  const closed = run('tar', ['-tvzf', tarball])
    .split('\n')
    .filter((line) => line !== '' && !/^-rw[x-]r-[x-]r-[x-] /.test(line));
  check(closed.length === 0, `every file may be read by everybody ${closed.join(' ')}`);
  const wanted = [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'THIRD-PARTY.txt',
    'sbom.cdx.json',
    'man/mailcheck.1',
  ];
  const missing = wanted.filter((file) => !files.includes(file));
  check(
    missing.length === 0,
    `licence, notices, bill of materials and manual page are in it ${missing.join(' ')}`,
  );
}

function install(tarball) {
  const prefix = join(work, 'prefix');
  const switches = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=optional', '--omit=peer'];
  run('npm', ['install', '--global', ...switches, '--prefix', prefix, tarball]);
  return prefix;
}

function checkSize(prefix) {
  const kilobytes = Number(run('du', ['-sk', prefix]).split('\t')[0]);
  check(
    kilobytes <= MOST_MEGABYTES * 1000,
    `installed ${(kilobytes / 1000).toFixed(1)} MB with all it needs`,
  );
  const manifests = run('find', [prefix, '-name', 'package.json', '-path', '*node_modules*'])
    .trim()
    .split('\n')
    .map((path) => JSON.parse(readFileSync(path, 'utf8')))
    // One without a name only tells which kind of modules lies beside it.
    .filter(({ name }) => name !== undefined);
  const scripted = manifests
    .filter(({ scripts = {} }) => ['preinstall', 'install', 'postinstall'].some((name) => name in scripts))
    .map(({ name }) => name);
  check(
    scripted.length === 0,
    `${manifests.length} package(s), none with an install script ${scripted.join(' ')}`,
  );
  check(existsSync(join(prefix, 'share/man/man1/mailcheck.1')), 'man mailcheck finds its page');
}

function tryOn(version, prefix) {
  const env = {
    ...environmentOf(nodeFolder(version)),
    MAILCHECK_HOME: join(work, `home-${version}`),
    TZ: 'UTC',
    // What an older Node only tells, and what a newer one will refuse, ends the program here.
    NODE_OPTIONS: '--throw-deprecation --pending-deprecation',
  };
  const program = (words, more = {}) =>
    run(join(prefix, 'bin/mailcheck'), words, { env, cwd: work, ...more });
  const { version: wanted } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const node = run('node', ['--version'], { env }).trim();
  check(program(['--version']).trim() === wanted, `${node}: tells its version`);
  check(program(['--help']).includes('Commands'), `${node}: shows its help`);
  check(program(['explain', '451 4.3.2']).startsWith('TRANSIENT'), `${node}: explains a reply`);
  check(program(['completion', 'bash']).includes('complete '), `${node}: writes a completion`);
  const drill = ['--drill=june-2026', '--format', 'json'];
  const { data, outcome } = JSON.parse(program(['trace', ...drill]));
  check(
    data.length > 100 && outcome.level !== 'refused',
    `${node}: signs in to a drill and traces ${data.length} deliveries`,
  );
  // The exit code of a drill says that it ran.
  check(program(['doctor', '--drill']).includes('DRILL'), `${node}: examines a drill`);
  check(JSON.parse(program(['status', ...drill])).data !== undefined, `${node}: gives the status of a drill`);
}
