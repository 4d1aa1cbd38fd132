/** What a driver's error means for whoever leans on the store. `unknown`: none of SQLite's, so a bug of ours. */
export type DatabaseTrouble =
  /** Another process holds it, and did not let go in time. */
  | 'busy'
  | 'full'
  /** No right to write or to open. */
  | 'denied'
  | 'damaged'
  /** The disk or the driver failed. */
  | 'failed'
  /** A rule of the schema was broken. */
  | 'constraint'
  | 'unknown';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const TROUBLE_BY_CODE: ReadonlyMap<number, DatabaseTrouble> = new Map([
  [3, 'denied'],
  [5, 'busy'],
  [6, 'busy'],
  [7, 'failed'],
  [8, 'denied'],
  [10, 'failed'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'denied'],
  [15, 'failed'],
  [19, 'constraint'],
  [23, 'denied'],
  [26, 'damaged'],
]);

/** Never by message text: each driver has the code in a property of its own. */
export function troubleOf(error: unknown): DatabaseTrouble {
  const code = resultCode(error);
  return code === null ? 'unknown' : (TROUBLE_BY_CODE.get(code & 0xff) ?? 'unknown');
}

/** `errcode` of node:sqlite, `rawCode` of libsql; both hold the extended code, whose low byte is the primary one. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  return null;
}

/** For what a driver throws without a code of SQLite. */
export function coded(code: number, cause: unknown): Error {
  return Object.assign(new Error('SQLite failed.', { cause }), { errcode: code });
}

export const CANNOT_OPEN = 14;
