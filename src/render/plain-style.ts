/** The style of pipes, files and `NO_COLOR`: text and nothing else. */
import type { Style } from './writer.js';

const same = (text: string): string => text;

export const PLAIN_STYLE: Style = { good: same, warn: same, bad: same, strong: same, faint: same };
