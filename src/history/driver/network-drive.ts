import { statfs } from 'node:fs/promises';
import { platform } from 'node:process';

/** Types of file systems as Linux numbers them (statfs(2)). */
const NAME_BY_TYPE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0xc36400, 'Ceph'],
]);

export function networkDriveName(type: number): string | null {
  return NAME_BY_TYPE.get(type >>> 0) ?? null;
}

/** The kind of network drive that a folder lies on; null for a disk of the machine, and where nobody can tell. */
export async function networkDriveOf(folder: string): Promise<string | null> {
  if (platform !== 'linux') return null;
  const found = await statfs(folder).catch(() => null);
  return found === null ? null : networkDriveName(found.type);
}
