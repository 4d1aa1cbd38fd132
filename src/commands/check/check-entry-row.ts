/** A check as the policy sets it, for lists and explanations. */
import { textOf } from '#mailflow/check/accepted.js';
import { CATALOGUE } from '#mailflow/check/catalogue.js';
import { DEFAULT_CHECK_POLICY, type RunRule } from '#mailflow/check/check-policy.js';
import type { CheckId, CheckSource } from '#mailflow/check/check-settings.js';
import type { Setting } from '#mailflow/check/setting.js';
import { isFields } from '#mailflow/check/shape.js';

import type { NamedPolicy } from './read-policy.js';

export interface SettingRow {
  readonly name: string;
  readonly value: unknown;
  readonly usual: unknown;
  /** As `30 minutes`, `0.05 of all mail`. */
  readonly text: string;
  readonly says: string;
  /** As `policy.yaml:5`; null where it is as usual. */
  readonly from: string | null;
}

export interface CheckEntryRow {
  readonly id: CheckId;
  readonly title: string;
  readonly enabled: boolean;
  readonly required: boolean;
  readonly for: RunRule;
  readonly sources: readonly CheckSource[];
  readonly settings: readonly SettingRow[];
}

export function checkEntryRow(id: CheckId, { policy, file }: NamedPolicy): CheckEntryRow {
  const { title, sources, settings } = CATALOGUE[id];
  const { isEnabled, isRequired, settings: values, for: rule } = policy.checks[id];
  const valueByName: Readonly<Record<string, unknown>> = { ...values };
  const usualByName: Readonly<Record<string, unknown>> = { ...DEFAULT_CHECK_POLICY.checks[id].settings };
  const settingByName: Readonly<Record<string, Setting>> = settings;
  return {
    ...{ id, title, sources, enabled: isEnabled, required: isRequired, for: rule },
    settings: Object.entries(settingByName).map(([name, setting]) => ({
      name,
      value: valueByName[name],
      usual: usualByName[name],
      text: settingText(setting, valueByName[name]),
      says: setting.says,
      from: placeOf(['checks', id, name], file),
    })),
  };
}

/** Where the policy sets it; null where it does not. */
export function placeOf(path: readonly string[], file: NamedPolicy['file']): string | null {
  const place = file?.document.placeOf(path, 'key') ?? null;
  return file === null || place === null ? null : `${file.path}:${place.line}`;
}

function settingText(setting: Setting, value: unknown): string {
  if (value === null) return 'none';
  switch (setting.kind) {
    case 'count':
      return `${textOf(value)} ${setting.unit}`;
    case 'share':
    case 'share-or-none':
      return `${textOf(value)} of ${setting.unit}`;
    case 'minutes':
    case 'hours':
    case 'days':
      return `${textOf(value)} ${setting.kind}`;
    case 'spans':
      return `${textOf(value)} minutes`;
    case 'switch':
      return value === true ? 'yes' : 'no';
    case 'words':
    case 'limits-by-word':
      return listText(value);
  }
}

function listText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  const limits = Object.entries({ ...(typeof value === 'object' ? value : {}) });
  return limits.length === 0 ? 'none' : limits.map(limitText).join(', ');
}

/** `service warning from 0.01, critical never`. */
function limitText([word, limit]: readonly [string, unknown]): string {
  const { warningShare = null, criticalShare = null } = isFields(limit) ? limit : {};
  const from = (share: unknown): string => (share === null ? 'never' : `from ${textOf(share)}`);
  return `${word} warning ${from(warningShare)}, critical ${from(criticalShare)}`;
}

/** The rule of so many runs in words. */
export function runRuleText({ bad, of, good, goodMinutes }: RunRule): string {
  return `${bad} of ${of} runs open it, ${good} good ones over ${goodMinutes} minutes close it`;
}
