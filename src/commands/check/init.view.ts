import type { Views } from '#cli/command.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';

export interface WrittenPolicy {
  /** Null: it is the answer itself. */
  readonly path: string | null;
  readonly text: string;
}

export const initViews: Views<never, WrittenPolicy> = {
  columns: [],
  table: (_rows, { result }, page) =>
    result === null || result.path === null
      ? (result?.text ?? '')
      : writtenText(result.path, screenSheet(page)),
  markdown: (_rows, { result }, page) =>
    result === null || result.path === null
      ? `\`\`\`yaml\n${result?.text ?? ''}\`\`\``
      : writtenText(result.path, markdownSheet(page)),
};

function writtenText(path: string, sheet: Sheet): string {
  const file = sheet.remote(path);
  return sheet.prose(
    `Wrote ${file} with all defaults. Change it, then see what it comes to: mailcheck check --list --policy ${file}`,
  );
}
