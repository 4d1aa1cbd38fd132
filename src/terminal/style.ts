/**
 * The terminal: colour, width, streams and progress. It shows text that others have made and made safe, and refuses to
 * know anything of mail. Environment and streams come in as parameters; only main reads the real ones.
 */
import { PLAIN_STYLE } from '#render/plain-style.js';
import type { Style } from '#render/writer.js';

export type ColourChoice = 'auto' | 'always' | 'never';

type Environment = Readonly<Record<string, string | undefined>>;

interface ColourQuestion {
  readonly choice: ColourChoice;
  /** Whether the stream that is written to is a terminal. */
  readonly isTty: boolean;
  readonly env: Environment;
}

/** The flag decides; then NO_COLOR, FORCE_COLOR and a dumb terminal, each only when set to something; then the stream. */
export function colourEnabled({ choice, isTty, env }: ColourQuestion): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (isSet(env['NO_COLOR'])) return false;
  if (isSet(env['FORCE_COLOR'])) return !['0', 'false'].includes(env['FORCE_COLOR']);
  return isTty && env['TERM'] !== 'dumb';
}

/** The sixteen colours that every theme defines, so that both dark and light backgrounds stay readable. */
export async function createStyle(isColoured: boolean): Promise<Style> {
  if (!isColoured) return PLAIN_STYLE;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
