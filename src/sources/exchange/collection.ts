import {
  type Decoder,
  field,
  list,
  orNull,
  type Place,
  record,
  type Row,
  rowByRow,
  text,
} from '../decode.js';

/** The frame of a good answer. */
export interface Collection<T> {
  readonly items: readonly T[];
  /** Told by a warning in prose alone, or by a link, should there be one. */
  readonly hasMore: boolean;
  /** Leads to one server inside, and is mostly refused by any other. */
  readonly nextLink: string | null;
  /** Warnings that say something else. */
  readonly remarks: readonly string[];
  /** All of them. */
  readonly warnings: readonly string[];
}

const MORE_FOLLOW = /^\s*There are more results/i;

/**
 * `value` is null when only warnings came; where it is absent altogether this is not our answer. The sidecars that
 * stand beside values (`Received@data.type`) are left where they are: fields are picked by name.
 */
export function decodeCollection<T>(value: unknown, decodeItem: Decoder<T>, place: Place): Collection<T> {
  const body = record(value, place);
  return frameOf(body, body['value'] === null ? [] : field(body, 'value', list(decodeItem), place), place);
}

/** The same, where one row that cannot be read does not take the others with it. */
export function decodeRows<T>(value: unknown, decodeItem: Decoder<T>, place: Place): Collection<Row<T>> {
  const body = record(value, place);
  return frameOf(
    body,
    body['value'] === null ? [] : field(body, 'value', rowByRow(decodeItem), place),
    place,
  );
}

function frameOf<T>(body: ReturnType<typeof record>, items: readonly T[], place: Place): Collection<T> {
  const warnings = field(body, '@adminapi.warnings', orNull(list(text)), place) ?? [];
  const remarks = warnings.filter((warning) => !MORE_FOLLOW.test(warning));
  const nextLink = field(body, '@odata.nextLink', orNull(text), place);
  return {
    items,
    remarks,
    warnings,
    nextLink,
    hasMore: nextLink !== null || remarks.length < warnings.length,
  };
}
