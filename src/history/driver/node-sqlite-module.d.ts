/** The part of node:sqlite that is used here; the type package of the oldest Node.js that we serve does not know it. */
declare module 'node:sqlite' {
  type Cell = string | number | bigint | null | Uint8Array;

  interface StatementSync {
    run(...values: Cell[]): { readonly changes: number | bigint };
    all(...values: Cell[]): Record<string, unknown>[];
    iterate(...values: Cell[]): Iterable<Record<string, unknown>>;
    setReadBigInts(isOn: boolean): void;
  }

  export class DatabaseSync {
    constructor(
      path: string,
      options: { readonly timeout: number; readonly enableDoubleQuotedStringLiterals: boolean },
    );
    prepare(sql: string): StatementSync;
    exec(sql: string): void;
    close(): void;
    /** Node.js 24 and later. */
    enableDefensive?(isOn: boolean): void;
  }
}
