/**
 * Who else may read or change a file of ours.
 *
 * Containers decide the rule for secrets. Kubernetes mounts a secret with mode 0644, Docker with 0444, systemd shows 0440:
 * root owns it, on a mount that nobody can write to, and who else runs there is for whoever placed it. To refuse that would
 * only teach people to copy the secret into the environment. A file that we own on a disk that we can write to is another
 * matter: there the mode is an oversight, the cure is one chmod, and ssh refuses it as well. A warning instead would be read
 * by nobody in a scheduled run, so there is none: it is good, or it is refused.
 */
export interface FileFacts {
  readonly mode: number;
  /** Who owns it. */
  readonly uid: number;
  /** Nobody can change it where it lies, nor its mode. */
  readonly isReadOnly: boolean;
}

export interface Exposure {
  /** Who we are; null where the system has no such modes, as Windows, whose profile folders are private. */
  readonly own: number | null;
  /** `placed-there`: those whom root or a read-only mount lets. */
  readonly readers: 'nobody' | 'placed-there' | 'everybody';
}

const ROOT = 0;
const OTHERS_READ = 0o044;
const OTHERS_WRITE = 0o022;

/** Null when it is as it should be; else words behind the name of the file. */
export function exposureOf({ mode, uid, isReadOnly }: FileFacts, { own, readers }: Exposure): string | null {
  if (own === null) return null;
  if (isForeign({ uid }, own)) return 'belongs to another user';
  if ((mode & OTHERS_WRITE) !== 0) return `can be written by others (mode ${modeOf(mode)})`;
  const isPlaced = readers === 'placed-there' && isPlacedThere({ uid, isReadOnly }, own);
  if (readers === 'everybody' || isPlaced || (mode & OTHERS_READ) === 0) return null;
  return `can be read by others (mode ${modeOf(mode)})`;
}

/** Whether somebody chose what is in it who is neither we nor root. */
export function isForeign({ uid }: Pick<FileFacts, 'uid'>, own: number | null): boolean {
  return own !== null && uid !== own && uid !== ROOT;
}

/** Whether its mode is not ours to change. */
export function isPlacedThere(
  { uid, isReadOnly }: Pick<FileFacts, 'uid' | 'isReadOnly'>,
  own: number | null,
): boolean {
  return isReadOnly || (uid === ROOT && own !== ROOT);
}

function modeOf(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}
