import { jsonRefusal } from '../../expressions/json/json-conversion.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import type { FunctionCall } from '../parser/ast.ts';
import type { AggregateExpression } from '../validate/conversion-context.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import type { ComputeConstants } from '../rules/simplify/constant-reducer.ts';
import { areColumnsUnique } from '../rules/unique-keys.ts';
import { simplifyForTree } from '../rules/simplify/simplify-for-tree.ts';
import { columnsOfCall, movedCall } from './aggregate-columns.ts';
import { logicalAggregate, logicalProject, projectNamed } from './builders.ts';
import type { LogicalNode, NamedAggregateCall } from './rel-node.ts';
import { compareSets } from './grouping-sets.ts';
import {
  BOOLEAN_NOT_NULL,
  fieldOf,
  inputOf,
  rexCall,
  rexInput,
  rowTypeOf,
  sameRex,
  withoutImplicitCasts,
} from './rex.ts';

/** Functions that an aggregation can compute. */
const FUNCTIONS = new Set([
  'COUNT',
  'SUM',
  'SUM0',
  'AVG',
  'MIN',
  'MAX',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'STDDEV',
  'VAR_POP',
  'VAR_SAMP',
  'VARIANCE',
  'FIRST_VALUE',
  'LAST_VALUE',
  'SINGLE_VALUE',
  'LISTAGG',
  'COLLECT',
  'ARRAY_AGG',
  'PERCENTILE',
  'APPROX_COUNT_DISTINCT',
  'JSON_OBJECTAGG_NULL_ON_NULL',
  'JSON_OBJECTAGG_ABSENT_ON_NULL',
  'JSON_ARRAYAGG_NULL_ON_NULL',
  'JSON_ARRAYAGG_ABSENT_ON_NULL',
  'BITMAP_AND_AGG',
  'BITMAP_OR_AGG',
  'BITMAP_XOR_AGG',
  'BITMAP_BUILD_AGG',
  'BITMAP_AND_CARDINALITY_AGG',
  'BITMAP_OR_CARDINALITY_AGG',
  'BITMAP_XOR_CARDINALITY_AGG',
  'BITMAP_BUILD_CARDINALITY_AGG',
]);

/** Functions that may be given an order, which has no effect (Flink's rule): rows count as they come. */
const TAKES_ORDER = new Set(['ARRAY_AGG', 'JSON_ARRAYAGG', 'COLLECT']);

const SKETCH = 'APPROX_COUNT_DISTINCT';

/** Functions that are the same with and without DISTINCT. */
const SAME_DISTINCT = new Set(['MIN', 'MAX', SKETCH]);

/** Types that APPROX_COUNT_DISTINCT takes. */
const SKETCHED: ReadonlySet<string> = new Set([
  ...['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL', 'CHAR', 'VARCHAR'],
  ...['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ'],
]);

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

/** The one group of all rows, of which nothing is asked. */
const ONE_GROUP: LogicalNode = {
  kind: 'LogicalValues',
  inputs: [],
  rows: [[true]],
  rowType: rowTypeOf([{ name: 'dummy', type: BOOLEAN_NOT_NULL }]),
};

interface Column {
  readonly node: RexNode;
  /** Absent: named after its place, or after the column that it is. */
  readonly name?: string;
}

interface AggregateMode {
  readonly source: string;
  readonly isStreaming: boolean;
  readonly compute: ComputeConstants;
}

/**
 * Collects what a grouped SELECT needs: keys and aggregate calls over the rows of FROM. Keys and calls are handed out as columns of the
 * aggregation to come (keys first), equal ones once.
 */
export class AggregateConverter {
  readonly #input: LogicalNode;
  readonly #source: string;
  readonly #isStreaming: boolean;
  readonly #compute: ComputeConstants;
  readonly #keys: Column[] = [];
  readonly #columns: Column[] = [];
  readonly #calls: NamedAggregateCall[] = [];
  /** The text of the SELECT item that gave a call its name. */
  readonly #namedBy: (string | undefined)[] = [];
  /** Different sets of keys by place, and how often each of them is asked for. */
  readonly #sets: readonly { readonly keys: readonly number[]; readonly count: number }[];

  /**
   * @param keys the GROUP BY expressions in order, with the names that the SELECT list gives them
   * @param sets GROUPING SETS of these expressions; equal ones count as often as they come
   */
  constructor(
    input: LogicalNode,
    { source, isStreaming, compute }: AggregateMode,
    keys: readonly Column[],
    sets: readonly (readonly RexNode[])[] = [keys.map(({ node }) => node)],
  ) {
    this.#input = input;
    this.#source = source;
    this.#isStreaming = isStreaming;
    this.#compute = compute;
    for (const key of keys) {
      if (!this.#keys.some((known) => sameRex(known.node, key.node))) this.#keys.push(key);
    }
    this.#columns.push(...this.#keys);
    const places = sets.map((set) =>
      [...new Set(set.map((node) => this.#place(node)))].sort((a, b) => a - b),
    );
    const different = [...new Map(places.map((set) => [set.join(), set])).values()].sort(compareSets);
    this.#sets = different.map((keys) => ({
      keys,
      count: places.filter((set) => set.join() === keys.join()).length,
    }));
  }

  /** Whether just one set is there again, and without all keys: Flink plans that in batch mode alone. */
  get repeatsOneSet(): boolean {
    if (this.#sets.length === 1) return false;
    const most = Math.max(...this.#sets.map(({ count }) => count));
    for (let copy = 1; copy < most; copy++) {
      const [first, ...others] = this.#sets.filter(({ count }) => count > copy);
      if (first && others.length === 0 && first.keys.length < this.#keys.length) return true;
    }
    return false;
  }

  /** GROUP_ID: which of several equal sets a row is of, from 0. */
  groupId(name: string | undefined): RexNode {
    const call = {
      function: 'GROUP_ID',
      arguments: [],
      argumentTypes: [],
      distinct: false,
      filter: -1,
      type: BIGINT,
    };
    return this.#add(call, name);
  }

  /** Column of the aggregation that holds a key. */
  key(node: RexNode): RexNode {
    const place = this.#place(node);
    const isPartial = this.#sets.some(({ keys }) => !keys.includes(place));
    return rexInput(place, isPartial ? withNullability(node.type, true) : node.type);
  }

  /** GROUPING and GROUPING_ID of keys: which of them a row is not grouped by. */
  grouping(functionName: string, keys: readonly RexNode[], name: string | undefined): RexNode {
    const call: Omit<NamedAggregateCall, 'name'> = {
      function: functionName,
      arguments: keys.map((key) => this.#place(key)),
      argumentTypes: keys.map((key) => key.type),
      distinct: false,
      filter: -1,
      type: BIGINT,
    };
    return this.#add(call, name);
  }

  #place(node: RexNode): number {
    return this.#keys.findIndex((known) => sameRex(known.node, node));
  }

  /** Column of the aggregation that holds an aggregate. `name`: what the SELECT list calls it, when it stands there by itself. */
  call(call: AggregateExpression, syntax: FunctionCall, name: string | undefined): RexNode {
    const functionName = plannedName(call, syntax);
    this.#refuse(call, functionName, syntax);
    const operands = call.operands.map((operand) => this.#column(operand));
    const literals = this.#literals(call, syntax);
    const filter = call.filter ? this.#column(isTrueOf(call.filter)) : -1;
    const order = call.orderBy.map(({ node, ...direction }) => ({
      column: this.#column(node),
      ...direction,
    }));
    // Values that are never NULL are counted as rows.
    const isRowCount =
      call.function === 'COUNT' && !call.distinct && call.operands.every((each) => !each.type.nullable);
    const planned: Omit<NamedAggregateCall, 'name'> = {
      function: functionName,
      ...(call.written !== undefined && { written: call.written }),
      arguments: isRowCount ? [] : operands,
      argumentTypes: isRowCount ? [] : call.operands.map((operand) => operand.type),
      distinct: call.distinct && !SAME_DISTINCT.has(functionName),
      filter,
      ...(literals && { literals }),
      ...(call.ignoreNulls && { ignoreNulls: true }),
      ...(order.length > 0 && { order }),
      ...(call.userFunction && { userFunction: call.userFunction }),
      type: call.type,
    };
    this.#refuseMixed(planned, syntax);
    const { start, end } = syntax.span;
    return this.#add(planned, name, this.#source.slice(start, end).replace(/\s+/g, '').toUpperCase());
  }

  /** Distinct values are counted exactly or about, not both ways in one query (Flink's rule of batch mode). */
  #refuseMixed(call: Omit<NamedAggregateCall, 'name'>, syntax: FunctionCall): void {
    const isSketch = ({ function: name }: Omit<NamedAggregateCall, 'name'>): boolean => name === SKETCH;
    const others = this.#calls.filter((each) => each.distinct || isSketch(each));
    if (!(call.distinct || isSketch(call)) || others.every((each) => isSketch(each) === isSketch(call)))
      return;
    throw invalid(
      this.#source,
      syntax,
      'There are both Distinct AggCall and Approximate Distinct AggCall in one sql statement, it is not supported yet.\nPlease choose one of them.',
    );
  }

  #add(planned: Omit<NamedAggregateCall, 'name'>, name: string | undefined, text = ''): RexNode {
    let index = this.#calls.findIndex((known) => isSameCall(known, planned));
    if (index < 0) index = this.#calls.push({ ...planned, name: `agg#${this.#calls.length}` }) - 1;
    // Of items that say the same the last one names it, of others that mean the same the first.
    if (name !== undefined && (this.#namedBy[index] ?? text) === text) {
      this.#calls[index] = { ...planned, name };
      this.#namedBy[index] = text;
    }
    return rexInput(this.#keys.length + index, planned.type);
  }

  /** The aggregation over a projection of all that it reads. */
  build(): LogicalNode {
    const used = this.#usedColumns();
    const at = (column: number): number => used.indexOf(column);
    const calls = this.#calls.map((call) => movedCall(call, at));
    const columns = used.map((index) => ({ ...(this.#columns[index] as Column), index }));
    const given = columns.map(({ node, name }) => name ?? this.#nameOf(node));
    // A name that is there already counts as none.
    const names = columns.map(({ index }, i) =>
      given.indexOf(given[i]) < i ? `$f${index}` : (given[i] ?? `$f${index}`),
    );
    const group = this.#keys.map((_, i) => i);
    const nodes = columns.map(({ node }) => simplifyForTree(node, this.#compute));
    const input = nodes.length === 0 ? this.#input : projectNamed(this.#input, nodes, names);
    // Groups of rows that are distinct already are these rows.
    const isPlain =
      calls.length === 0 && this.#sets.length === 1 && this.#sets[0]?.keys.length === group.length;
    if (isPlain && group.length > 0 && areColumnsUnique(input, group)) return input;
    const copies = Math.max(...this.#sets.map(({ count }) => count));
    const branches = Array.from({ length: copies }, (_, copy) => {
      const sets = this.#sets.filter(({ count }) => count > copy).map(({ keys }) => keys);
      return this.#aggregate(input, group, calls, sets, copy);
    });
    const [first] = branches;
    if (branches.length === 1 && first) return first;
    // Sets that are there again are one aggregation more.
    const { rowType } = logicalAggregate(input, group, calls, this.#sets.map(({ keys }) => keys)); // prettier-ignore
    return { kind: 'LogicalUnion', inputs: branches, all: true, rowType };
  }

  /** The aggregation of some sets; `copy` is its GROUP_ID. */
  #aggregate(
    input: LogicalNode,
    group: readonly number[],
    calls: readonly NamedAggregateCall[],
    sets: readonly (readonly number[])[],
    copy: number,
  ): LogicalNode {
    const isWhole = sets.length === 1 && sets[0]?.length === group.length;
    const kept = calls.filter((call) => call.function !== 'GROUP_ID');
    // Of nothing there is one row, whatever was read.
    const isOfNothing = group.length === 0 && kept.length === 0;
    const aggregate = isOfNothing
      ? ONE_GROUP
      : logicalAggregate(input, group, kept, isWhole ? undefined : sets);
    if (kept.length === calls.length) return aggregate;
    const keys = group.map((_, i) => inputOf(aggregate.rowType, i));
    const results = calls.map((call): RexNode => {
      if (call.function === 'GROUP_ID') return { kind: 'literal', value: String(copy), type: BIGINT };
      return inputOf(aggregate.rowType, group.length + kept.indexOf(call));
    });
    const names = [
      ...keys.map((_, i) => fieldOf(aggregate.rowType, i).name),
      ...calls.map((call, i) => {
        const result = results[i];
        return result?.kind === 'input' ? fieldOf(aggregate.rowType, result.index).name : call.name;
      }),
    ];
    return logicalProject(aggregate, [...keys, ...results], names);
  }

  get keyCount(): number {
    return this.#keys.length;
  }

  #refuse(call: AggregateExpression, functionName: string, syntax: FunctionCall): void {
    if (call.userFunction) return;
    const name = syntax.name.parts.at(-1)?.name.toUpperCase() ?? call.function;
    const what = this.#unsupported(call, functionName, name);
    if (what !== undefined) throw notSupported(this.#source, syntax, what);
    const json =
      name === 'JSON_ARRAYAGG' ? call.operands[0] : name === 'JSON_OBJECTAGG' ? call.operands[1] : undefined;
    const refusal = json && jsonRefusal(json.type);
    if (refusal !== undefined) throw invalid(this.#source, syntax, refusal);
  }

  /** What of a call no aggregation can compute. */
  #unsupported(call: AggregateExpression, functionName: string, name: string): string | undefined {
    if (!FUNCTIONS.has(functionName)) return `Aggregate function ${name}`;
    if (name === SKETCH) return this.#refusedSketch(call.operands);
    if (call.orderBy.length > 0 && !TAKES_ORDER.has(name)) return `ORDER BY in ${name}`;
    const hasFrequency = name === 'PERCENTILE' && call.operands.length > 2;
    return hasFrequency && call.distinct ? 'PERCENTILE(DISTINCT ...) with a frequency' : undefined;
  }

  /** APPROX_COUNT_DISTINCT is a function of batch mode, of what Flink has a hash for. */
  #refusedSketch(operands: readonly RexNode[]): string | undefined {
    if (this.#isStreaming) return 'APPROX_COUNT_DISTINCT in streaming mode';
    const type = operands[0]?.type;
    return type && SKETCHED.has(type.root) ? undefined : `APPROX_COUNT_DISTINCT of type ${type?.root}`;
  }

  /** Values of arguments that the operator has to know. */
  #literals(
    { function: name, operands }: AggregateExpression,
    syntax: FunctionCall,
  ): AggregateLiterals | undefined {
    const [, second] = operands;
    if (!second || (name !== 'LISTAGG' && name !== 'PERCENTILE')) return undefined;
    const place = syntax.args[1] ?? syntax;
    const value = name === 'LISTAGG' ? literalText(second) : literalNumbers(second);
    if (value === undefined) {
      const what = name === 'LISTAGG' ? 'LISTAGG with a separator' : 'PERCENTILE with a percentage';
      throw notSupported(this.#source, place, `${what} that is not a literal`);
    }
    // Of several shares, a wrong one fails the job when it runs, as in Flink.
    if (typeof value === 'number' && !(value >= 0 && value <= 1)) {
      throw invalid(
        this.#source,
        place,
        `Percentage of PERCENTILE should be between [0.0, 1.0], but was '${value}'.`,
      );
    }
    return [null, value];
  }

  #column(node: RexNode): number {
    const known = this.#columns.findIndex((column) => sameRex(column.node, node));
    return known < 0 ? this.#columns.push({ node }) - 1 : known;
  }

  #usedColumns(): number[] {
    const used = new Set([...this.#keys.keys(), ...this.#calls.flatMap(columnsOfCall)]);
    return [...used].sort((a, b) => a - b);
  }

  #nameOf(node: RexNode): string | undefined {
    const inner = withoutImplicitCasts(node);
    return inner.kind === 'input' ? fieldOf(this.#input.rowType, inner.index).name : undefined;
  }
}

type AggregateLiterals = NonNullable<NamedAggregateCall['literals']>;

/** By Flink's name in plans. */
function plannedName({ function: name }: AggregateExpression, syntax: FunctionCall): string {
  switch (name) {
    case '$SUM0':
      return 'SUM0';
    case 'JSON_OBJECTAGG':
      return `JSON_OBJECTAGG_${syntax.json?.onNull ?? 'NULL'}_ON_NULL`;
    case 'JSON_ARRAYAGG':
      return `JSON_ARRAYAGG_${syntax.json?.onNull ?? 'ABSENT'}_ON_NULL`;
    default:
      return name;
  }
}

function literalText(node: RexNode): string | undefined {
  return node.kind === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}

/** A number, or an array of them, through the casts that the function asks for. */
function literalNumbers(node: RexNode): number | number[] | undefined {
  if (node.kind === 'literal') {
    const number = typeof node.value === 'string' ? Number(node.value) : node.value;
    return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
  }
  if (node.kind !== 'call') return undefined;
  if (node.operator === 'CAST') return literalNumbers(node.operands[0] as RexNode);
  if (node.operator === '-' && node.operands.length === 1) {
    const number = literalNumbers(node.operands[0] as RexNode);
    return typeof number === 'number' ? -number : undefined;
  }
  if (node.operator !== 'ARRAY') return undefined;
  const numbers = node.operands.map(literalNumbers);
  return numbers.every((number) => typeof number === 'number') ? numbers : undefined;
}

function isTrueOf(filter: RexNode): RexNode {
  return filter.type.nullable ? rexCall('IS TRUE', [filter], BOOLEAN_NOT_NULL) : filter;
}

function isSameCall(known: NamedAggregateCall, call: Omit<NamedAggregateCall, 'name'>): boolean {
  return (
    known.function === call.function &&
    known.written === call.written &&
    known.userFunction?.key === call.userFunction?.key &&
    known.distinct === call.distinct &&
    known.filter === call.filter &&
    known.ignoreNulls === call.ignoreNulls &&
    known.arguments.join() === call.arguments.join() &&
    orderText(known) === orderText(call)
  );
}

function orderText({ order = [] }: Pick<NamedAggregateCall, 'order'>): string {
  return order.map((key) => `${key.column} ${key.descending} ${key.nullsFirst}`).join();
}
