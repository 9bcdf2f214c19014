/**
 * Functions that plans call as the query does: `coalesce(a, 1)`, `Array_Max(x)`. They are Flink's own; the names of others are those of
 * Calcite's operators, however they were written.
 */
const NAMES: ReadonlySet<string> = new Set(
  (
    'ARRAY_APPEND ARRAY_CONCAT ARRAY_CONTAINS ARRAY_DISTINCT ARRAY_EXCEPT ARRAY_INTERSECT ARRAY_JOIN ARRAY_MAX ARRAY_MIN ' +
    'ARRAY_POSITION ARRAY_PREPEND ARRAY_REMOVE ARRAY_REVERSE ARRAY_SLICE ARRAY_SORT ARRAY_UNION BITMAP_BUILD ' +
    'BITMAP_CARDINALITY BITMAP_TO_STRING BTRIM COALESCE ELT ENDSWITH GREATEST IFNULL INET_ATON INET_NTOA JSON_QUOTE ' +
    'JSON_STRING JSON_UNQUOTE LEAST MAP_ENTRIES MAP_FROM_ARRAYS MAP_KEYS MAP_UNION MAP_VALUES PARSE_JSON PRINTF ' +
    'REGEXP_COUNT REGEXP_EXTRACT_ALL REGEXP_INSTR REGEXP_SUBSTR SPLIT STARTSWITH TO_TIMESTAMP_LTZ TRY_PARSE_JSON TYPEOF ' +
    'UNHEX URL_DECODE URL_ENCODE'
  ).split(' '),
);

/** What plans call a function; undefined where that is the name it is known by. */
export function writtenName(name: string, written: string): string | undefined {
  return written !== name && NAMES.has(name) ? written : undefined;
}
