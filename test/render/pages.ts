/** Pages, heads and tails for tests of writers. */
import { PLAIN_STYLE } from '#render/plain-style.js';
import type { Page, Style, Tail } from '#render/writer.js';
import type { RunNote } from '#render/writer-spec.js';

const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

/** As a terminal would have it. */
export const COLOUR_STYLE: Style = {
  good: sgr(32, 39),
  warn: sgr(33, 39),
  bad: sgr(31, 39),
  strong: sgr(1, 22),
  faint: sgr(2, 22),
};

/** Colour made readable for golden files, after everything was measured. */
export function withVisibleMarks(text: string): string {
  const names: Readonly<Record<string, string>> = {
    32: '<good>',
    33: '<warn>',
    31: '<bad>',
    1: '<strong>',
    2: '<faint>',
  };
  return text.replace(/\u001b\[(\d+)m/gu, (_, code: string) => names[code] ?? '</>');
}

export function pageOf(widthColumns: number, style: Style = PLAIN_STYLE, timeZone = 'UTC'): Page {
  return { widthColumns, style, timeZone, now: new Date('2026-06-02T17:30:00Z') };
}

export const HEAD = { schema: 'mailcheck.trace/1', drill: null } as const;
export const DRILL_HEAD = { schema: 'mailcheck.trace/1', drill: 'june-2026' } as const;

export const TAIL: Tail<null> = {
  generatedAt: new Date('2026-06-02T17:30:00Z'),
  tenant: 'contoso.example',
  source: { kind: 'graph', asOf: new Date('2026-06-02T17:29:00Z'), requests: 3 },
  window: null,
  result: null,
  summary: null,
  findings: [],
  incomplete: [],
  outcome: { level: 'ok', exitCode: 0 },
  error: null,
};

export const FAILED_TAIL: Tail<null> = {
  ...TAIL,
  outcome: { level: 'unknown', exitCode: 3 },
  error: {
    kind: 'unreachable',
    message: 'nobody answers',
    remedy: 'Check the network.',
    requestId: null,
    retryAfterSeconds: null,
  },
};

export const RUN: RunNote = {
  command: 'status',
  failOn: 'warning',
  tenantAsked: null,
  unguessable: (text) => `unguessable-${text.length}`,
};
