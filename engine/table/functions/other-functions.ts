/** Collections, construction, JSON, variants, bitmaps, grouping, windows and tables: some with signatures, all known by name. */

import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { define, known, special } from './define.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { INTEGER, notNull, nullIfAny, STRING, typeAt } from './result-types.ts';

const collection = define('collection');

export const OTHER_FUNCTIONS: readonly FunctionDefinition[] = [
  ...special('construction', [
    ['ROW', 'ROW(value, ...) or (value, ...)', 'A row of values.'],
    ['ARRAY', 'ARRAY[value, ...]', 'An array of values of one type.'],
    ['MAP', 'MAP[key, value, ...]', 'A map from keys to values.'],
    ['DESCRIPTOR', 'DESCRIPTOR(column)', 'A column as an argument of a table function.'],
    ['ITEM', 'array[index] or map[key]', 'An element of an array (from 1) or the value of a key.'],
  ]),
  collection('CARDINALITY', 'Number of elements.', ['ARRAY', 'MAP', 'MULTISET'], nullIfAny(INTEGER)),
  collection('ELEMENT', 'The only element; fails if there are more.', ['ARRAY', 'MULTISET'], (call) => {
    const type: LogicalType = typeAt(call, 0);
    return withNullability('element' in type ? type.element : type, true);
  }),
  define('catalog')('CURRENT_DATABASE', 'Name of the current database.', '', notNull(STRING), {
    determinism: 'dynamic',
  }),
  ...known('collection', 'scalar', [
    ['ARRAY_APPEND', 'An array with an element behind it.'],
    ['ARRAY_CONCAT', 'Arrays in a row.'],
    ['ARRAY_CONTAINS', 'Whether an element occurs.'],
    ['ARRAY_DISTINCT', 'Without repeats.'],
    ['ARRAY_EXCEPT', 'Elements of the first that the second does not have.'],
    ['ARRAY_INTERSECT', 'Elements of both.'],
    ['ARRAY_JOIN', 'Elements as one text.'],
    ['ARRAY_MAX', 'Greatest element.'],
    ['ARRAY_MIN', 'Least element.'],
    ['ARRAY_POSITION', 'Where an element first occurs, from 1.'],
    ['ARRAY_PREPEND', 'An array with an element before it.'],
    ['ARRAY_REMOVE', 'Without the elements that equal a value.'],
    ['ARRAY_REVERSE', 'Backwards.'],
    ['ARRAY_SLICE', 'A piece of an array.'],
    ['ARRAY_SORT', 'Sorted.'],
    ['ARRAY_UNION', 'Elements of either, without repeats.'],
    ['MAP_ENTRIES', 'Keys and values as an array of rows.'],
    ['MAP_FROM_ARRAYS', 'A map from an array of keys and one of values.'],
    ['MAP_KEYS', 'Keys as an array.'],
    ['MAP_UNION', 'Maps together.'],
    ['MAP_VALUES', 'Values as an array.'],
    ['SPLIT', 'Pieces between separators as an array.'],
  ]),
  ...known('grouping', 'scalar', [
    ['GROUP_ID', 'Tells equal grouping sets apart.'],
    ['GROUPING', 'Whether a column is left out of the grouping set.'],
    ['GROUPING_ID', 'Which columns are left out of the grouping set.'],
  ]),
  ...known(
    'window',
    'scalar',
    ['TUMBLE', 'HOP', 'SESSION'].flatMap((window) => [
      [`${window}_START`, `Start of the ${window} window of GROUP BY.`] as const,
      [`${window}_END`, `End of the ${window} window of GROUP BY.`] as const,
      [`${window}_ROWTIME`, `Rowtime attribute of the ${window} window of GROUP BY.`] as const,
      [`${window}_PROCTIME`, `Processing-time attribute of the ${window} window of GROUP BY.`] as const,
    ]),
  ),
  ...known('window', 'table', [
    ['TUMBLE', 'Windows of one size side by side.'],
    ['HOP', 'Windows of one size that start at every slide.'],
    ['CUMULATE', 'Windows that grow step by step to a largest size.'],
    ['SESSION', 'Windows that end after a gap.'],
  ]),
  ...known('match', 'scalar', [
    ['FIRST', 'Value of the first row of a pattern variable.'],
    ['LAST', 'Value of the last row of a pattern variable.'],
    ['PREV', 'Value of the row before.'],
    ['NEXT', 'Value of the row behind.'],
    ['CLASSIFIER', 'Pattern variable of a row.'],
    ['MATCH_ROWTIME', 'Rowtime of the last row of a match.'],
    ['MATCH_PROCTIME', 'Processing time of a match.'],
  ]),
  ...known('table', 'table', [
    ['UNNEST', 'Elements of an array, map or multiset as rows.'],
    ['ML_PREDICT', 'Rows with the predictions of a model.'],
    ['ML_EVALUATE', 'How good a model is on rows.'],
    ['VECTOR_SEARCH', 'Nearest vectors of a table.'],
    ['TO_CHANGELOG', 'Changes as rows with their kind.'],
    ['FROM_CHANGELOG', 'Rows with their kind as changes.'],
    ['SNAPSHOT', 'A table as it is now.'],
    ['DEDUPLICATE_KEEP_FIRST', 'The first row of every key.'],
  ]),
];
