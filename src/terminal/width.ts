/** How wide the page is. */

const DEFAULT_COLUMNS = 80;
/** Less than this no table can use; a terminal that says 0 does not know. */
const LEAST_COLUMNS = 20;

interface WidthQuestion {
  /** From a flag; null when not given. */
  readonly asked: number | null;
  readonly isTty: boolean;
  /** What the terminal says; undefined for pipes and files. */
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The flag, then an exported COLUMNS, then the terminal, then 80. */
export function pageWidth({ asked, isTty, columns, env }: WidthQuestion): number {
  const candidates = [asked, columnsOf(env['COLUMNS']), isTty ? columns : null];
  const chosen = candidates.find((width) => width !== null && width !== undefined && width > 0);
  return Math.max(LEAST_COLUMNS, Math.floor(chosen ?? DEFAULT_COLUMNS));
}

function columnsOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/u.test(text) ? Number(text) : null;
}
