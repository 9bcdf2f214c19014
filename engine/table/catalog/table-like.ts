/** CREATE TABLE ... LIKE: what is taken over from another table, and how the two are merged. */

import { ValidationException } from '../../types/errors.ts';
import type { TableLikeOption } from '../parser/ast.ts';
import type { ColumnDefinition, TableDefinition } from './table-definition.ts';

type Strategy = TableLikeOption['strategy'];
type Feature = Exclude<TableLikeOption['feature'], 'ALL'>;

const FEATURES: readonly Feature[] = [
  'CONSTRAINTS',
  'DISTRIBUTION',
  'PARTITIONS',
  'GENERATED',
  'METADATA',
  'OPTIONS',
  'WATERMARKS',
];
// What the two tables cannot both have, so that nothing could be overwritten.
const NEVER_OVERWRITTEN: ReadonlySet<string> = new Set(['ALL', 'CONSTRAINTS', 'DISTRIBUTION', 'PARTITIONS']);

/** The definition that `LIKE base (options)` with `own` columns and options makes. Throws ValidationException on a clash. */
export function mergeTableLike(
  base: TableDefinition,
  own: TableDefinition,
  options: readonly TableLikeOption[],
): TableDefinition {
  const strategies = strategiesOf(options);
  const columns = mergeColumns(base.columns, own.columns, strategies);
  const watermark = mergeOne('watermark', strategies.WATERMARKS, base.watermark, own.watermark);
  // What is overwritten is the watermark of one column.
  if (
    strategies.WATERMARKS === 'OVERWRITING' &&
    base.watermark &&
    base.watermark.column !== watermark?.column
  ) {
    throw new ValidationException('Multiple watermark definitions are not supported yet.');
  }
  const primaryKey = mergeOne('primaryKey', strategies.CONSTRAINTS, base.primaryKey, own.primaryKey);
  const distribution = mergeLayout(
    'distribution',
    strategies.DISTRIBUTION,
    base.distribution,
    own.distribution,
  );
  const partitionKeys = mergeLayout(
    'partitions',
    strategies.PARTITIONS,
    someOf(base.partitionKeys),
    someOf(own.partitionKeys),
  );
  return {
    columns,
    ...(watermark && { watermark }),
    ...(primaryKey && { primaryKey }),
    ...(distribution && { distribution }),
    partitionKeys: partitionKeys ?? [],
    options: mergeOptions(strategies.OPTIONS, base.options, own.options),
    ...(own.comment !== undefined && { comment: own.comment }),
  };
}

function strategiesOf(options: readonly TableLikeOption[]): Record<Feature, Strategy> {
  const chosen = new Map<TableLikeOption['feature'], Strategy>();
  for (const { feature, strategy } of options) {
    if (chosen.has(feature))
      throw new ValidationException('Each like option feature can be declared only once.');
    if (strategy === 'OVERWRITING' && NEVER_OVERWRITTEN.has(feature)) {
      throw new ValidationException(`Illegal merging strategy 'OVERWRITING' for '${feature}' option.`);
    }
    chosen.set(feature, strategy);
  }
  const all = chosen.get('ALL');
  const strategy = (feature: Feature): Strategy =>
    chosen.get(feature) ?? all ?? (feature === 'OPTIONS' ? 'OVERWRITING' : 'INCLUDING');
  return Object.fromEntries(FEATURES.map((feature) => [feature, strategy(feature)])) as Record<
    Feature,
    Strategy
  >;
}

function mergeColumns(
  base: readonly ColumnDefinition[],
  own: readonly ColumnDefinition[],
  strategies: Record<Feature, Strategy>,
): ColumnDefinition[] {
  const featureOf = { computed: 'GENERATED', metadata: 'METADATA' } as const;
  const merged = base.filter(
    (column) => column.kind === 'physical' || strategies[featureOf[column.kind]] !== 'EXCLUDING',
  );
  for (const column of own) {
    const at = merged.findIndex((each) => each.name === column.name);
    const existing = merged[at];
    if (!existing) {
      merged.push(column);
      continue;
    }
    if (column.kind === 'physical' || existing.kind !== column.kind) {
      throw new ValidationException(`A column named '${column.name}' already exists in the base table.`);
    }
    const feature = featureOf[column.kind];
    if (strategies[feature] !== 'OVERWRITING') {
      const kind = column.kind === 'computed' ? 'generated' : 'metadata';
      throw new ValidationException(
        `A ${kind} column named '${column.name}' already exists in the base table. ` +
          `You might want to specify EXCLUDING ${feature} or OVERWRITING ${feature}.`,
      );
    }
    merged[at] = column;
  }
  return merged;
}

const CLASHES = {
  watermark:
    'There already exists a watermark spec in the base table. You might want to specify EXCLUDING WATERMARKS or OVERWRITING WATERMARKS.',
  primaryKey: 'The base table already has a primary key. You might want to specify EXCLUDING CONSTRAINTS.',
  distribution:
    'The base table already has a distribution. You might want to specify EXCLUDING DISTRIBUTION.',
  partitions:
    'The base table already has partitions defined. You might want to specify EXCLUDING PARTITIONS.',
};

function mergeOne<T>(
  what: keyof typeof CLASHES,
  strategy: Strategy,
  base: T | undefined,
  own: T | undefined,
): T | undefined {
  if (strategy === 'EXCLUDING' || base === undefined) return own;
  if (own === undefined) return base;
  if (strategy === 'OVERWRITING') return own;
  throw new ValidationException(CLASHES[what]);
}

// As in Flink, EXCLUDING lets the table have its own beside those of the base, which stay where it has none.
function mergeLayout<T>(
  what: keyof typeof CLASHES,
  strategy: Strategy,
  base: T | undefined,
  own: T | undefined,
): T | undefined {
  if (base !== undefined && own !== undefined && strategy !== 'EXCLUDING') {
    throw new ValidationException(CLASHES[what]);
  }
  return own ?? base;
}

function someOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function mergeOptions(
  strategy: Strategy,
  base: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  if (strategy === 'EXCLUDING') return { ...own };
  const clash = strategy === 'INCLUDING' ? Object.keys(own).find((key) => key in base) : undefined;
  if (clash !== undefined) {
    throw new ValidationException(
      `There already exists an option ['${clash}' -> '${base[clash]}']  in the base table. ` +
        'You might want to specify EXCLUDING OPTIONS or OVERWRITING OPTIONS.',
    );
  }
  return { ...base, ...own };
}
