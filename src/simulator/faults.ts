/** Faults told in short words and played at a given request, so that a test reads like a story. */
import type { Answer, Transmission } from './answer.js';
import { withHeaders } from './answer.js';

export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  | { readonly kind: 'transmission'; readonly transmission: Transmission }
  | { readonly kind: 'next-link'; readonly to: 'other-host' | 'repeat' }
  | { readonly kind: 'refuse-skiptoken' }
  /** Of the admin endpoint: too many requests at once, said with 429 or with 400. */
  | { readonly kind: 'concurrency'; readonly status: 429 | 400 }
  /** Of the admin endpoint: 403 and NUL bytes. */
  | { readonly kind: 'nul'; readonly isCalledGzip: boolean }
  /** Of the admin endpoint: a warning and no `value`. */
  | { readonly kind: 'null-value' }
  /** Of the admin endpoint: the first part of the list again, whatever the cursor. */
  | { readonly kind: 'repeat-page' }
  /** Of the sign-in authority: a refusal with the number of an AADSTS code. */
  | { readonly kind: 'sign-in-refusal'; readonly code: number };

export interface ScriptedFault {
  /** The number of the request on this server, from 1. */
  readonly request: number;
  /** How many requests in a row; 1 when absent. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The host that `other-host-nextlink` points at; nobody listens there. */
export const OTHER_HOST = 'graph.fabrikam.example';

export const FAULT_WORDS =
  '429, 429:315, 503:RETRY-AFTER, html502, html200, empty, redirect:URL, redirect307:URL, aadsts7000222, cut, cut@1200, cut-chunked, reset, stall, ' +
  'other-host-nextlink, repeat-nextlink, refuse-skiptoken, concurrency, concurrency400, nul, nul-gzip, ' +
  'null-value, repeat-page';

/**
 * Reads a fault from one of the words of `FAULT_WORDS`; null when it is none of them.
 * What follows the colon of a status is sent as `Retry-After`, verbatim.
 */
export function faultOf(word: string): Fault | null {
  const named = NAMED_FAULTS.get(word);
  if (named !== undefined) return named;
  const [, way, location] = /^redirect(30[1-8])?:(.*)$/su.exec(word) ?? [];
  if (location !== undefined) return { kind: 'redirect', status: Number(way ?? 302), location };
  const code = /^aadsts(\d{5,7})$/u.exec(word)?.[1];
  if (code !== undefined) return { kind: 'sign-in-refusal', code: Number(code) };
  const cut = /^cut@(\d+)$/u.exec(word)?.[1];
  if (cut !== undefined) return cutFault(Number(cut), 'length');
  const html = /^html(\d{3})$/u.exec(word)?.[1];
  if (html !== undefined) return { kind: 'html', status: Number(html) };
  const [, status, retryAfter] = /^([45]\d\d)(?::(.*))?$/u.exec(word) ?? [];
  return status === undefined
    ? null
    : { kind: 'status', status: Number(status), retryAfter: retryAfter ?? null };
}

const NAMED_FAULTS: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['empty', { kind: 'empty' }],
  ['cut', cutFault(null, 'length')],
  ['cut-chunked', cutFault(null, 'chunked')],
  ['reset', { kind: 'transmission', transmission: { kind: 'reset' } }],
  ['stall', { kind: 'transmission', transmission: { kind: 'stall' } }],
  ['other-host-nextlink', { kind: 'next-link', to: 'other-host' }],
  ['repeat-nextlink', { kind: 'next-link', to: 'repeat' }],
  ['refuse-skiptoken', { kind: 'refuse-skiptoken' }],
  ['concurrency', { kind: 'concurrency', status: 429 }],
  ['concurrency400', { kind: 'concurrency', status: 400 }],
  ['nul', { kind: 'nul', isCalledGzip: false }],
  ['nul-gzip', { kind: 'nul', isCalledGzip: true }],
  ['null-value', { kind: 'null-value' }],
  ['repeat-page', { kind: 'repeat-page' }],
]);

function cutFault(afterBytes: number | null, framing: 'length' | 'chunked'): Fault {
  return { kind: 'transmission', transmission: { kind: 'cut', afterBytes, framing } };
}

/**
 * A script of `{ 3: '429:315', 4: 'cut' }` by request number.
 * @throws RangeError for a word that is no fault: the script itself is wrong then.
 */
export function faultScript(words: Readonly<Record<number, string>>): readonly ScriptedFault[] {
  return Object.entries(words).map(([request, word]) => {
    const fault = faultOf(word);
    if (fault === null) throw new RangeError(`no such fault: ${word}; known are ${FAULT_WORDS}`);
    return { request: Number(request), fault };
  });
}

export function faultAt(script: readonly ScriptedFault[], request: number): Fault | null {
  const found = script.find((line) => request >= line.request && request < line.request + (line.times ?? 1));
  return found?.fault ?? null;
}

/** Tells, request by request, which fault comes next. */
export function faultCounter(script: readonly ScriptedFault[]): () => Fault | null {
  let requests = 0;
  return () => {
    requests += 1;
    return faultAt(script, requests);
  };
}

/** The answer that a fault gives at a server that has no error body of its own; null when the right one is given. */
export function plainFault(fault: Fault | null): Answer | null {
  if (fault === null) return null;
  if (fault.kind !== 'status') return faultyAnswer(fault);
  const headers: Readonly<Record<string, string>> =
    fault.retryAfter === null ? {} : { 'retry-after': fault.retryAfter };
  return { status: fault.status, headers, body: '', note: 'fault' };
}

/** The answer that a fault gives in place of the right one, or null when the right one is given first. */
export function faultyAnswer(fault: Fault): Answer | null {
  switch (fault.kind) {
    case 'html':
      return htmlAnswer(fault.status);
    case 'empty':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '', note: 'fault: empty' };
    case 'redirect':
      return withHeaders(htmlAnswer(fault.status), { location: fault.location });
    case 'status':
    case 'transmission':
    case 'next-link':
    case 'refuse-skiptoken':
    case 'sign-in-refusal':
    case 'concurrency':
    case 'nul':
    case 'null-value':
    case 'repeat-page':
      return null;
  }
}

export function transmissionOf(fault: Fault | null): Transmission {
  return fault?.kind === 'transmission' ? fault.transmission : { kind: 'whole' };
}

function htmlAnswer(status: number): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>The page cannot be displayed</h1></body></html>`,
    note: `fault: HTML page with ${status}`,
  };
}
