/**
 * Cells as JavaScript values: what row views, the page and the command line see. By type:
 *
 *   BOOLEAN boolean · TINYINT to INTEGER, FLOAT, DOUBLE number · BIGINT bigint · DECIMAL its plain text with `scale` digits
 *   CHAR, VARCHAR string · VARIANT its JSON, as JSON_STRING gives it · BINARY, VARBINARY, BITMAP Uint8Array · DATE number of days · TIME number of ms · TIMESTAMP* `TimestampValue`
 *   INTERVAL_YEAR_MONTH number of months · INTERVAL_DAY_TIME number of ms · ROW and ARRAY arrays
 *   MAP an array of [key, value] · MULTISET an array of [element, count] · NULL null
 */
export type Value =
  null | boolean | number | bigint | string | Uint8Array | TimestampValue | readonly Value[];

/** An instant or a wall-clock time: milliseconds since the epoch and 0 to 999,999 nanoseconds within the millisecond. */
export interface TimestampValue {
  readonly epochMs: number;
  readonly nanoOfMs: number;
}

/** A row of a changelog; `kind` is a RowKind. */
export interface ChangelogRow {
  readonly kind: number;
  readonly values: readonly Value[];
}

export function isTimestamp(value: Value): value is TimestampValue {
  return typeof value === 'object' && value !== null && 'epochMs' in value;
}
