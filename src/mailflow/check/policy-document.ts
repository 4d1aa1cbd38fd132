/** A policy as it was written: a plain value, and where each part of it stands. What kind of file it was nobody asks. */

/** Keys and, in lists, numbers from 0. */
export type PolicyPath = readonly (string | number)[];

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface PolicyDocument {
  readonly value: unknown;
  /** Where the key stands, or its value; null where it is not written. */
  readonly placeOf: (path: PolicyPath, part: 'key' | 'value') => Place | null;
}

/** What is wrong with a policy, at one place. */
export interface PolicyFault {
  readonly path: PolicyPath;
  readonly place: Place | null;
  /** What was given and why it is not right, without a full stop. */
  readonly wrong: string;
  /** What is accepted, with an example; a sentence. */
  readonly cure: string;
}

export type PolicyText =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly faults: readonly PolicyFault[] };

/** `policy.yaml:4:5: checks.held-mail.warningHeld cannot be "many". Give a whole number from 1, as warningHeld: 20.` */
export function faultText(file: string, { path, place, wrong, cure }: PolicyFault): string {
  const at = place === null ? '' : `:${place.line}:${place.column}`;
  return `${file}${at}: ${path.length === 0 ? 'the policy' : pathText(path)} ${wrong}. ${cure}`;
}

/** `checks.held-mail.warningHeld`, `ownDomains[0]`. */
export function pathText(path: PolicyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? cut(step) : `${text}.${cut(step)}`;
  }, '');
}

const LONGEST = 60;

/** Keys and values come from outside and may be of any length. */
export function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
