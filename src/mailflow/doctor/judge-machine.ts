/** This machine: what runs us, what was set, what lies on its disk, and its clock. */
import { isClockInDoubt } from '../clock-doubt.js';
import { counted, formatAge } from '../quantity.js';
import type { DoctorCheck } from './doctor-check.js';
import { brokenCheck, CLOCK, okCheck, skippedCheck, warningCheck } from './doctor-check.js';
import type { DatabaseSight, DoctorEvidence, FileSight, HostSight, StoreSight } from './doctor-evidence.js';

/** Those that get fixes for a year and more; others work and are not tried with each change. */
const TRIED_MAJORS: readonly number[] = [20, 22, 24, 26];

export function judgeNode({ machine }: DoctorEvidence): DoctorCheck {
  const told = { id: 'node', title: 'Node.js' };
  const major = Number(machine.nodeVersion.split('.')[0]);
  if (TRIED_MAJORS.includes(major))
    return okCheck({ ...told, says: `${machine.nodeVersion} on ${machine.platform}.` });
  return warningCheck({
    ...told,
    says: `Node.js ${machine.nodeVersion} is none of those that mailcheck is tried with.`,
    cure: `Use Node.js ${TRIED_MAJORS.join(', ')}, each the newest of its line.`,
  });
}

/** What cannot be used as it stands stops everything: nobody knows whom to ask then, or whom to trust. */
export function judgeSetUp({ setUp }: DoctorEvidence): DoctorCheck {
  const told = { id: 'settings', title: 'Settings' };
  const { trouble, cloud, traces, caFile, extraCaFile } = setUp;
  if (trouble !== null) {
    return brokenCheck({ ...told, says: trouble.message, cure: trouble.remedy, reason: trouble.kind });
  }
  const ways = { graph: 'Graph alone', exchange: 'Exchange alone', either: 'Graph, then Exchange' } as const;
  const trusted = [
    ...(caFile === null ? [] : [`Certificates of ${caFile} are trusted as well.`]),
    ...(extraCaFile === null
      ? []
      : [
          caFile === null
            ? `Certificates of ${extraCaFile} (NODE_EXTRA_CA_CERTS) are trusted as well.`
            : `NODE_EXTRA_CA_CERTS (${extraCaFile}) is not looked at, for a CA file of ours is named.`,
        ]),
  ];
  return okCheck({ ...told, says: `Cloud ${cloud}; traces from ${ways[traces]}.`, evidence: trusted });
}

const ROLES: Readonly<Record<FileSight['role'], string>> = {
  home: 'the folder of what is kept',
  store: 'a store',
  settings: 'the profiles',
  secret: 'the secret of the sign-in',
  'ca-file': 'the CA file',
  certificate: 'the private key of the sign-in',
};

/** Whoever can change what we trust can be asked in the place of the service; whoever reads a key can be us. */
export function judgeFiles({ files }: DoctorEvidence): DoctorCheck {
  const told = { id: 'files', title: 'Files' };
  const loose = files.filter(isLoose);
  const [first] = loose;
  if (first === undefined) {
    const known = counted(files.length, 'file or folder', 'files and folders');
    const evidence = files
      .filter(({ othersRead }) => othersRead)
      .filter(isSecret)
      .map(placedText);
    return okCheck({ ...told, says: `${known} of ours, and none that others may change.`, evidence });
  }
  return warningCheck({
    ...told,
    says: `Others may ${first.othersWrite ? 'change' : 'read'} ${ROLES[first.role]}: ${first.path}.`,
    evidence: loose.map(({ path, mode }) => `${path} has mode ${octal(mode)}.`),
    cure: `Take their right away: chmod ${first.othersWrite && !isSecret(first) ? 'go-w' : 'go-rwx'} ${first.path}`,
  });
}

function isLoose(file: FileSight): boolean {
  return file.othersWrite || (file.othersRead && isSecret(file) && !file.isPlaced);
}

function placedText({ path, mode }: FileSight): string {
  return `${path} has mode ${octal(mode)}: others on this machine or in this container may read it, as whoever placed it there wants.`;
}

function isSecret({ role }: FileSight): boolean {
  return role === 'certificate' || role === 'secret';
}

function octal(mode: number | null): string {
  return mode === null ? 'unknown' : (mode & 0o777).toString(8).padStart(4, '0');
}

/** A gibibyte holds the traces of a large tenant for a quarter; below this a store may not even grow its log. */
const LEAST_FREE_BYTES = 100 * 1024 * 1024;

/** Without a store everything can be asked, and nothing is kept: the quota is then counted for each run alone. */
export function judgeStore({ store }: DoctorEvidence): DoctorCheck {
  const told = { id: 'store', title: 'Store' };
  const { trouble, networkDrive, freeBytes, folder } = store;
  if (trouble !== null) {
    return warningCheck({
      ...told,
      says: trouble.message,
      evidence: ['Without it each run counts the request quota for itself alone, and knows no earlier look.'],
      cure: trouble.remedy,
    });
  }
  const bad = store.databases.find(({ integrity }) => integrity === 'damaged' || integrity === 'locked');
  if (bad !== undefined) return badDatabase(bad, store);
  if (freeBytes !== null && freeBytes < LEAST_FREE_BYTES) {
    return warningCheck({
      ...told,
      says: `The disk of ${folder} has ${megabytes(freeBytes)} MB left.`,
      cure: 'Make room on it, or name another folder with MAILCHECK_HOME.',
    });
  }
  if (networkDrive !== null) {
    return warningCheck({
      ...told,
      says: `${folder} lies on a network drive (${networkDrive}), where locks may not hold.`,
      cure: 'Name a folder of this machine with MAILCHECK_HOME.',
    });
  }
  const names = store.databases.map(({ name }) => name).join(', ');
  return okCheck({
    ...told,
    says: names === '' ? `${folder} can be used; nothing is kept yet.` : `${folder} can be used: ${names}.`,
    evidence: store.databases.map(databaseText),
  });
}

function badDatabase({ name, integrity }: DatabaseSight, { folder }: StoreSight): DoctorCheck {
  const told = { id: 'store', title: 'Store' };
  return integrity === 'locked'
    ? warningCheck({
        ...told,
        says: `Another process holds ${name} in ${folder}.`,
        cure: 'End what else has it open, as a backup or a database browser, and try again.',
      })
    : warningCheck({
        ...told,
        says: `${name} in ${folder} is damaged.`,
        cure: `Move ${name} away; the next run begins a new one.`,
      });
}

function databaseText({ name, bytes, version, integrity }: DatabaseSight): string {
  const sound = integrity === 'sound' ? 'sound' : 'too large to be looked through here';
  return `${name}: version ${version ?? 'unknown'} of its tables, ${megabytes(bytes)} MB, ${sound}.`;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}

/** From here on a person is told. */
const TELL_MS = 60_000;

/** By the hosts that told a date: most of them together, so that one server with a wrong clock is not taken for us. */
export function judgeClock({ hosts }: DoctorEvidence): DoctorCheck {
  const told = { id: CLOCK, title: 'Clock' };
  const dated = (hosts ?? []).flatMap((sight) =>
    sight.aheadMs === null ? [] : [{ ...sight, aheadMs: sight.aheadMs }],
  );
  const aheadMs = middleOf(dated.map((sight) => sight.aheadMs));
  if (aheadMs === null) {
    return skippedCheck({ ...told, says: 'No host told its time.' });
  }
  const evidence = dated.map((sight) => `${sight.host}: ${skewText(sight.aheadMs)}.`);
  if (Math.abs(aheadMs) < TELL_MS) {
    return okCheck({ ...told, says: `Right to the minute, by ${hostsText(dated)}.`, evidence });
  }
  const wrong = `The clock of this machine is ${formatAge(Math.abs(aheadMs) / 1000)} ${aheadMs > 0 ? 'behind' : 'ahead'}`;
  const cure = 'Set the clock of this machine right, and let it be kept right (NTP).';
  if (!isClockInDoubt(aheadMs)) {
    return warningCheck({ ...told, says: `${wrong}: ages are wrong by that.`, evidence, cure });
  }
  return brokenCheck({
    ...told,
    says: `${wrong}: a sign-in by certificate is refused then, and ages, expiry and what is newest are wrong.`,
    ...{ evidence, cure, reason: 'configuration' },
  });
}

function middleOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function skewText(aheadMs: number): string {
  if (Math.abs(aheadMs) < TELL_MS) return 'the same time as here';
  return `${formatAge(Math.abs(aheadMs) / 1000)} ${aheadMs > 0 ? 'ahead of' : 'behind'} here`;
}

function hostsText(dated: readonly HostSight[]): string {
  return counted(dated.length, 'host', 'hosts');
}

export function judgeTerminal({ machine }: DoctorEvidence): DoctorCheck {
  const { isTerminal, widthColumns, isColoured, isUnicode } = machine.terminal;
  const told = { id: 'terminal', title: 'Terminal' };
  const where = isTerminal ? `${widthColumns} columns` : 'no terminal, as in a pipe';
  const says = `${where}, ${isColoured ? 'colour' : 'no colour'}, ${isUnicode ? 'Unicode' : 'no Unicode'}.`;
  if (isTerminal && !isUnicode) {
    return warningCheck({
      ...told,
      says: 'The locale has no UTF-8: names and subjects in other scripts will not be readable.',
      cure: 'Set LANG to a locale of UTF-8, as C.UTF-8.',
    });
  }
  if (isTerminal && widthColumns < NARROW_COLUMNS) {
    return warningCheck({
      ...told,
      says: `The terminal has ${widthColumns} columns; tables lose columns there.`,
      cure: `Make it ${NARROW_COLUMNS} columns wide or more, or use --format json.`,
    });
  }
  return okCheck({ ...told, says: says.charAt(0).toUpperCase() + says.slice(1) });
}

const NARROW_COLUMNS = 60;
