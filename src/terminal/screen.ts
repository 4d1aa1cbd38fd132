/** The screen as a whole, for what is shown again and again in one place. */

interface ScreenQuestion {
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Home, then clear from there on: what stood above stays in the scroll-back where the terminal keeps one. */
export const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** A pipe and a dumb terminal keep what was written; so do the logs of build servers, which look like terminals. */
export function canRedraw({ isTty, env }: ScreenQuestion): boolean {
  return isTty && env['TERM'] !== 'dumb' && env['CI'] === undefined;
}
