import { type Decoder, field, list, orNull, type Place, record, text } from '../decode.js';

/** The frame of a good answer. */
export interface Collection<T> {
  readonly items: readonly T[];
  /**
   * Told by a warning in prose alone, or by a link, should there be one. Links lead to one server inside and are refused
   * by any other, so none is followed.
   */
  readonly hasMore: boolean;
  /** Warnings that say something else. */
  readonly remarks: readonly string[];
}

const MORE_FOLLOW = /^\s*There are more results/i;

/**
 * `value` is null when only warnings came; where it is absent altogether this is not our answer. The sidecars that
 * stand beside values (`Received@data.type`) are left where they are: fields are picked by name.
 */
export function decodeCollection<T>(value: unknown, decodeItem: Decoder<T>, place: Place): Collection<T> {
  const body = record(value, place);
  const items = body['value'] === null ? [] : field(body, 'value', list(decodeItem), place);
  const warnings = field(body, '@adminapi.warnings', orNull(list(text)), place) ?? [];
  const remarks = warnings.filter((warning) => !MORE_FOLLOW.test(warning));
  const hasNextLink = field(body, '@odata.nextLink', orNull(text), place) !== null;
  return { items, remarks, hasMore: hasNextLink || remarks.length < warnings.length };
}
