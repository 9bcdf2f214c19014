import type { RowType } from '../../types/logical-type.ts';
import type { OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader, invalidOption } from '../option-reader.ts';
import { UNBOUNDED } from '../row-numbers.ts';
import { planColumn } from './column-planner.ts';
import type { ColumnPlan } from './column-plan.ts';
import { FieldOptions } from './field-options.ts';

export const DATAGEN_OPTIONS: readonly OptionDescriptor[] = [
  {
    key: 'rows-per-second',
    type: 'long',
    default: '10000',
    description: 'Rows a second, of all subtasks together.',
  },
  {
    key: 'number-of-rows',
    type: 'long',
    description: 'Rows in all; without it, and without a sequence, the table never ends.',
  },
  {
    key: 'scan.parallelism',
    type: 'int',
    description: "Number of subtasks that make the rows. Default: the job's parallelism.",
  },
  {
    key: 'seed',
    type: 'long',
    description:
      'With a seed every run makes the same random values, at any parallelism; without, each job its own.',
  },
  {
    key: 'fields.#.kind',
    type: 'string',
    default: 'random',
    description: "How values are made: 'random' or 'sequence'.",
  },
  {
    key: 'fields.#.min',
    type: 'string',
    description:
      'Least random number. Default: the least of the type, of FLOAT, DOUBLE and DECIMAL the least above 0.',
  },
  {
    key: 'fields.#.max',
    type: 'string',
    description: 'Greatest random number. Default: the greatest of the type.',
  },
  {
    key: 'fields.#.max-past',
    type: 'duration',
    default: '0 ms',
    description: 'How far before now a random timestamp may lie.',
  },
  {
    key: 'fields.#.length',
    type: 'int',
    description:
      'Length of a text, of bytes or of a collection. Default: that of the type, 100 without one; 3 entries.',
  },
  {
    key: 'fields.#.var-len',
    type: 'boolean',
    default: 'false',
    description: 'Whether texts and bytes of a variable type have any length below theirs.',
  },
  { key: 'fields.#.null-rate', type: 'double', default: '0', description: 'Share of NULLs, from 0 to 1.' },
  { key: 'fields.#.start', type: 'string', description: 'First number of a sequence.' },
  { key: 'fields.#.end', type: 'string', description: 'Last number of a sequence.' },
  {
    key: 'fields',
    type: 'map',
    description:
      'The same options for parts of a column: `fields.r.x.min`, `fields.a.element.min`, `fields.m.key.min`.',
  },
];

export interface DatagenOptions {
  readonly rowsPerSecond: number;
  /** `UNBOUNDED`: the table never ends. */
  readonly rowCount: number;
  readonly isBounded: boolean;
  readonly parallelism?: number;
  readonly seed?: string;
  readonly columns: readonly ColumnPlan[];
}

/** Throws a ValidationException with Flink's words for options that do not fit the columns, or each other. */
export function datagenOptions(options: Options, rowType: RowType): DatagenOptions {
  const reader = new OptionReader(options, DATAGEN_OPTIONS);
  const fields = new FieldOptions(options);
  const columns = rowType.fields.map(({ name, type }) => planColumn(type, name, fields));
  fields.refuseOthers();
  const rowCount = wholeNumber(reader, 'number-of-rows', 0);
  const counts = columns.flatMap((plan) => (plan.kind === 'sequence' ? [plan.count] : []));
  const seed = reader.optionalInteger('seed');
  const parallelism = wholeNumber(reader, 'scan.parallelism', 1);
  return {
    rowsPerSecond: wholeNumber(reader, 'rows-per-second', 1) ?? UNBOUNDED,
    rowCount: Math.min(rowCount ?? UNBOUNDED, ...counts),
    isBounded: rowCount !== undefined || counts.length > 0,
    ...(parallelism !== undefined && { parallelism }),
    ...(seed !== undefined && { seed: String(seed) }),
    columns,
  };
}

function wholeNumber(reader: OptionReader, key: string, least: number): number | undefined {
  const text = reader.text(key);
  if (text === undefined) return undefined;
  // A rate beyond what doubles count exactly is as good as the greatest that they do.
  const value = /^\s*\+?\d+\s*$/.test(text) ? Math.min(Number(text), UNBOUNDED) : reader.integer(key);
  if (value < least) throw invalidOption(key, text, `a whole number of at least ${least}`);
  return value;
}
