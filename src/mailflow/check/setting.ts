/** What a policy may set, as data: from it come the reader's errors, the JSON Schema, the lists and the written policy. */

interface Described {
  /** What it does, one sentence. */
  readonly says: string;
}

/** A whole number from 1. */
export interface CountSetting extends Described {
  readonly kind: 'count';
  /** What is counted, in plural. */
  readonly unit: string;
}

/** From 0 to 1. */
export interface ShareSetting extends Described {
  readonly kind: 'share';
  /** Of what. */
  readonly unit: string;
}

/** From 0 to 1, or null for no such limit. */
export interface ShareOrNoneSetting extends Described {
  readonly kind: 'share-or-none';
  readonly unit: string;
}

/** Above 0; need not be whole. */
export interface SpanSetting extends Described {
  readonly kind: 'minutes' | 'hours' | 'days';
}

/** One to five spans in minutes. */
export interface SpansSetting extends Described {
  readonly kind: 'spans';
}

export interface SwitchSetting extends Described {
  readonly kind: 'switch';
}

export interface WordsSetting extends Described {
  readonly kind: 'words';
  /** Those that there are; null: any text. */
  readonly words: readonly string[] | null;
  /** One that might be given. */
  readonly example: string;
}

/** Limits of their own for single words. */
export interface LimitsSetting extends Described {
  readonly kind: 'limits-by-word';
  readonly words: readonly string[];
  readonly example: string;
}

export type Setting =
  | CountSetting
  | ShareSetting
  | ShareOrNoneSetting
  | SpanSetting
  | SpansSetting
  | SwitchSetting
  | WordsSetting
  | LimitsSetting;

/** One setting for each value, of a kind that gives values of its type. */
export type SettingsFor<Values> = { readonly [Name in keyof Values]: SettingFor<Values[Name]> };

type SettingFor<Value> = [Value] extends [boolean]
  ? SwitchSetting
  : [Value] extends [number]
    ? CountSetting | ShareSetting | SpanSetting
    : [Value] extends [number | null]
      ? ShareOrNoneSetting
      : [Value] extends [readonly number[]]
        ? SpansSetting
        : [Value] extends [readonly string[]]
          ? WordsSetting
          : LimitsSetting;

export function count(unit: string, says: string): CountSetting {
  return { kind: 'count', unit, says };
}

export function share(unit: string, says: string): ShareSetting {
  return { kind: 'share', unit, says };
}

export function shareOrNone(unit: string, says: string): ShareOrNoneSetting {
  return { kind: 'share-or-none', unit, says };
}

export function span(kind: SpanSetting['kind'], says: string): SpanSetting {
  return { kind, says };
}

export function spans(says: string): SpansSetting {
  return { kind: 'spans', says };
}

export function toggle(says: string): SwitchSetting {
  return { kind: 'switch', says };
}

/** Any text, as names of services. */
export function names(example: string, says: string): WordsSetting {
  return { kind: 'words', words: null, example, says };
}

export function words(all: readonly string[], example: string, says: string): WordsSetting {
  return { kind: 'words', words: all, example, says };
}

export function limitsBy(all: readonly string[], example: string, says: string): LimitsSetting {
  return { kind: 'limits-by-word', words: all, example, says };
}
