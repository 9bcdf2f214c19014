/** Grouping, windows and tables: some with signatures, all known by name. */

import { define, known, special } from './define.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { notNull, STRING } from './result-types.ts';

export const OTHER_FUNCTIONS: readonly FunctionDefinition[] = [
  ...special('construction', [
    ['DESCRIPTOR', 'DESCRIPTOR(column)', 'A column as an argument of a table function.'],
  ]),
  define('catalog')('CURRENT_DATABASE', 'Name of the current database.', '', notNull(STRING), {
    determinism: 'dynamic',
  }),
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
    ['ML_PREDICT', 'Rows with the predictions of a model.', 'ML_PREDICT'],
    ['ML_EVALUATE', 'How good a model is on rows.'],
    ['VECTOR_SEARCH', 'Nearest vectors of a table.'],
    ['TO_CHANGELOG', 'Changes as rows with their kind.', 'TO_CHANGELOG'],
    ['FROM_CHANGELOG', 'Rows with their kind as changes.', 'FROM_CHANGELOG'],
    ['SNAPSHOT', 'A table as it is now.'],
    ['DEDUPLICATE_KEEP_FIRST', 'The first row of every key.'],
  ]),
];
