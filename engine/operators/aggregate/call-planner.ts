import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { AggregateCall } from '../aggregate-call.ts';
import type { Accumulator } from './accumulator.ts';
import { AggregateResult, ResultValidity } from './aggregate-result.ts';
import type { AggsHandleOptions } from './aggs-handle-function.ts';
import { BagAccumulator, type BagOptions, type BagSource } from './bag-accumulator.ts';
import { MultisetResult, PercentileResult } from './bag-results.ts';
import { NumberBagSource, ValueBagSource } from './bag-sources.ts';
import { BitmapBagSource, BitmapCardinalityResult, BitmapResult } from './bitmap-results.ts';
import type { CallResult } from './call-result.ts';
import { CountAccumulator, type RowCount } from './count-accumulator.ts';
import { DistinctTable } from './distinct-table.ts';
import { DistinctWeights } from './distinct-weights.ts';
import { EdgeAccumulator } from './edge-accumulator.ts';
import { ExtremeAccumulator } from './extreme-accumulator.ts';
import { JsonEntries, JsonObjectResult } from './json-object-result.ts';
import { columnSource, ListAccumulator, type ListSource } from './list-accumulator.ts';
import { ArrayResult, EdgeResult, JoinedResult } from './list-results.ts';
import { PackedResult } from './packed-result.ts';
import { AddedWeights, OwnWeights, RowWeights } from './row-weights.ts';
import { SketchBagSource, SketchResult } from './sketch-results.ts';
import { SumAccumulator } from './sum-accumulator.ts';
import { UserAccumulator } from './user-accumulator.ts';
import { UserResult } from './user-result.ts';
import { ValueSetAccumulator } from './value-set-accumulator.ts';
import { ValueViews } from './value-views.ts';
import { WelfordAccumulator, WelfordResult } from './welford-accumulator.ts';

const BYTES = { root: 'VARBINARY', length: 2147483647, nullable: true } as const;

/**
 * Breaks aggregate calls down into accumulators that are shared: SUM(x), AVG(x), MIN(x) and COUNT(x) have one count of x between them, SUM
 * and AVG of an integer one sum, LISTAGG(x) and LAST_VALUE(x) over an input that takes rows back one list.
 */
export class CallPlanner {
  readonly weights = new Map<string, RowWeights>();
  readonly distincts: DistinctWeights[] = [];
  /** By argument. */
  readonly distinctTables = new Map<number, DistinctTable>();
  /** Counts come after all that reads them in a merge, and before in a batch. */
  readonly counts = new Map<string, CountAccumulator>();
  readonly others = new Map<string, Accumulator>();
  readonly validities = new Map<Accumulator, ResultValidity>();
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #options: AggsHandleOptions;
  readonly #rowCount: RowCount;

  constructor(wasm: Wasm, pool: MemorySegmentPool, options: AggsHandleOptions, rowCount: RowCount) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#options = options;
    this.#rowCount = rowCount;
  }

  plan(call: AggregateCall): CallResult {
    if (call.userFunction) return this.#usersOwn(call, call.userFunction.key);
    switch (call.function) {
      case 'COUNT':
      case 'SUM':
      case 'SUM0':
      case 'AVG':
      case 'MIN':
      case 'MAX':
        return this.#shown(call, this.#numberOf(call));
      case '$WELFORD_M2$1':
        return this.#welford(call);
      case 'SINGLE_VALUE':
        return this.#edge(call, false);
      case 'FIRST_VALUE':
      case 'LAST_VALUE':
        return this.#options.retracts
          ? this.#edgeOfList(call)
          : this.#edge(call, call.function === 'LAST_VALUE');
      case 'LISTAGG':
        return this.#joined(call, literalText(call, 1) ?? ',', false);
      case 'ARRAY_AGG':
        return this.#array(call);
      case 'JSON_ARRAYAGG_NULL_ON_NULL':
      case 'JSON_ARRAYAGG_ABSENT_ON_NULL':
        return this.#joined(call, ',', true);
      case 'JSON_OBJECTAGG_NULL_ON_NULL':
      case 'JSON_OBJECTAGG_ABSENT_ON_NULL':
        return this.#jsonObject(call);
      case 'COLLECT':
        return this.#multiset(call);
      case 'PERCENTILE':
        return this.#percentile(call);
      case 'APPROX_COUNT_DISTINCT':
        return this.#sketch(call);
      default:
        return this.#bitmap(call);
    }
  }

  /** Whether a call changes its result with every row. */
  countsRows(call: AggregateCall): boolean {
    return call.function === 'COUNT' && this.#countsOf(call) === this.#rowCount;
  }

  #usersOwn(call: AggregateCall, key: string): CallResult {
    const weights = this.#weightsOf(call);
    const code = this.#options.userFunctions?.get(key);
    const accumulator = new UserAccumulator(this.#wasm, this.#pool, call, weights, code);
    return new UserResult(this.#wasm, this.#pool, call.type, this.#own(call, accumulator));
  }

  // ----------------------------------------------------------------------------------------------- numbers

  #shown(call: AggregateCall, value: Accumulator | undefined): AggregateResult {
    const counts = this.#countsOf(call);
    return new AggregateResult(this.#wasm, this.#pool, call, counts, value, this.#validityOf(call, counts));
  }

  #numberOf(call: AggregateCall): Accumulator | undefined {
    const [argument = -1] = call.arguments;
    const [type] = call.argumentTypes;
    const name = call.function;
    if (call.arguments.length > 1)
      throw new Error(`${name} of ${call.arguments.length} columns is not supported.`);
    if (name === 'COUNT' || !type) return undefined;
    const counts = this.#countsOf(call);
    const weights = this.#weightsOf(call);
    const isSum = name === 'SUM' || name === 'SUM0' || name === 'AVG';
    // Integers add up alike for SUM and AVG.
    const isTotal = isSum && name !== 'SUM' && isTotalled(type, name);
    const key = `${isSum ? (isTotal ? 'total' : 'sum') : name} ${weightsKey(call)}`;
    return this.#shared(key, () => {
      if (isSum) {
        const spec = { argument, type, isTotal };
        const distinct = weights instanceof DistinctWeights ? weights : undefined;
        const { isReborn } = this.#options;
        return new SumAccumulator(this.#wasm, this.#pool, spec, weights, counts, isReborn, distinct);
      }
      const spec = { argument, type, isMax: name === 'MAX' };
      return this.#options.retracts && !call.keepsBest
        ? new ValueSetAccumulator(this.#wasm, this.#pool, spec, weights)
        : new ExtremeAccumulator(this.#wasm, this.#pool, spec, weights, counts);
    });
  }

  #welford(call: AggregateCall): CallResult {
    const [argument, type] = firstArgument(call);
    const weights = this.#weightsOf(call);
    const distinct = weights instanceof DistinctWeights ? weights : undefined;
    const result = new WelfordResult(this.#wasm, this.#pool);
    const { target } = result;
    this.#own(
      call,
      new WelfordAccumulator(this.#wasm, this.#pool, argument, type, target, weights, distinct),
    );
    return result;
  }

  // ------------------------------------------------------------------------------------------ single values

  #edge(call: AggregateCall, isLast: boolean): CallResult {
    const [argument, type] = firstArgument(call);
    const counts = this.#countsOf(call);
    const weights = this.#weightsOf(call);
    const value = this.#shared(`${call.function} ${weightsKey(call)}`, () => {
      const rows = call.function === 'SINGLE_VALUE' && { rows: this.#rowsOf(call) };
      return new EdgeAccumulator(
        this.#wasm,
        this.#pool,
        { argument, type, isLast, ...rows },
        weights,
        counts,
      );
    });
    if (!value.packed) return this.#shown(call, value);
    return new PackedResult(this.#wasm, this.#pool, value.packed, value, counts, isLast);
  }

  #edgeOfList(call: AggregateCall): CallResult {
    const [, type] = firstArgument(call);
    const isLast = call.function === 'LAST_VALUE';
    const list = this.#list(call);
    const values = new ValueViews(this.#wasm, this.#pool, type);
    if (!values.packed) return new EdgeResult(this.#wasm, this.#pool, call.type, list, values, isLast);
    return new PackedResult(this.#wasm, this.#pool, values, list, this.#rowCount, isLast);
  }

  // -------------------------------------------------------------------------------------------------- lists

  #array(call: AggregateCall): CallResult {
    const [, type] = firstArgument(call);
    const values = new ValueViews(this.#wasm, this.#pool, type);
    return new ArrayResult(this.#wasm, this.#pool, call.type, this.#list(call), values);
  }

  #joined(call: AggregateCall, separator: string, isJson: boolean): CallResult {
    return new JoinedResult(this.#wasm, this.#pool, call.type, this.#list(call), separator, isJson);
  }

  #jsonObject(call: AggregateCall): CallResult {
    const [key = -1, value = -1] = call.arguments;
    const entries = new JsonEntries(this.#wasm, this.#pool, key, value);
    const list = this.#own(call, this.#newList(call, entries));
    return new JsonObjectResult(this.#wasm, this.#pool, call.type, list, entries);
  }

  #list(call: AggregateCall): ListAccumulator {
    const [argument, type] = firstArgument(call);
    return this.#shared(`list ${weightsKey(call)}`, () => {
      const values = new ValueViews(this.#wasm, this.#pool, type);
      return this.#newList(call, columnSource(values, argument));
    });
  }

  #newList(call: AggregateCall, source: ListSource): ListAccumulator {
    const weights = this.#weightsOf(call);
    const { keepsImages = false } = this.#options;
    const options = { isDistinct: weights instanceof DistinctWeights, keepsImages };
    return new ListAccumulator(this.#wasm, this.#pool, source, weights, options);
  }

  // --------------------------------------------------------------------------------------------------- bags

  #multiset(call: AggregateCall): CallResult {
    const [argument, type] = firstArgument(call);
    const source = new ValueBagSource(this.#wasm, this.#pool, argument, type);
    const bag = this.#bag(call, source, { isWhole: false, isDistinct: call.distinct, isByArrival: true });
    return new MultisetResult(this.#wasm, this.#pool, call.type, bag, source, type);
  }

  #percentile(call: AggregateCall): CallResult {
    const [argument, type] = firstArgument(call);
    const literal = call.literals?.[1];
    const shares =
      typeof literal === 'number' ? [literal] : Array.isArray(literal) ? (literal as number[]) : [];
    const frequency = call.arguments[2] ?? -1;
    const source = new NumberBagSource(this.#wasm, this.#pool, argument, type, frequency, shares);
    const bag = this.#bag(call, source, { isWhole: true, isDistinct: call.distinct, isByArrival: false });
    return new PercentileResult(this.#wasm, this.#pool, call.type, bag, shares);
  }

  #sketch(call: AggregateCall): CallResult {
    const [argument] = firstArgument(call);
    const source = new SketchBagSource(this.#wasm, this.#pool, argument);
    const bag = this.#bag(call, source, { isWhole: true, isDistinct: false, isByArrival: false });
    return new SketchResult(this.#wasm, this.#pool, call.type, bag);
  }

  #bitmap(call: AggregateCall): CallResult {
    const [, operation, cardinality] =
      /^BITMAP_(AND|OR|XOR|BUILD)_(CARDINALITY_)?AGG$/.exec(call.function) ?? [];
    if (operation === undefined) throw new Error(`The aggregate function ${call.function} is not supported.`);
    const [argument, type] = firstArgument(call);
    const isBuilt = operation === 'BUILD';
    const source = isBuilt
      ? new ValueBagSource(this.#wasm, this.#pool, argument, type)
      : new BitmapBagSource(this.#wasm, this.#pool, argument);
    const bag = this.#bag(call, source, { isWhole: true, isDistinct: false, isByArrival: false });
    const Result = cardinality === undefined ? BitmapResult : BitmapCardinalityResult;
    const mode = operation === 'AND' ? 'and' : operation === 'XOR' ? 'xor' : 'or';
    const bitmaps = isBuilt ? undefined : this.#countsOf({ ...call, distinct: false });
    return new Result(this.#wasm, this.#pool, call.type, bag, mode, bitmaps);
  }

  /** Bags count values themselves, so DISTINCT is a way to show them. */
  #bag(call: AggregateCall, source: BagSource, options: BagOptions): BagAccumulator {
    const [argument] = firstArgument(call);
    const weights = new OwnWeights(this.#wasm, this.#pool, argument, call.filter);
    this.weights.set(`bag ${this.others.size}`, weights);
    return this.#own(call, new BagAccumulator(this.#wasm, this.#pool, source, weights, options));
  }

  // ------------------------------------------------------------------------------------------ what is shared

  #shared<A extends Accumulator>(key: string, make: () => A): A {
    const known = this.others.get(key) as A | undefined; // a key is of one class
    if (known) return known;
    const made = make();
    this.others.set(key, made);
    return made;
  }

  #own<A extends Accumulator>(call: AggregateCall, accumulator: A): A {
    this.others.set(`${call.function} ${this.others.size}`, accumulator);
    return accumulator;
  }

  /** Undefined where a result is never NULL. */
  #validityOf(call: AggregateCall, counts: Accumulator): ResultValidity | undefined {
    if (counts === this.#rowCount || call.function === 'COUNT' || call.function === 'SUM0') return undefined;
    let validity = this.validities.get(counts);
    if (!validity)
      this.validities.set(counts, (validity = new ResultValidity(this.#wasm, this.#pool, counts)));
    return validity;
  }

  #countsOf(call: AggregateCall): CountAccumulator | RowCount {
    const [argument = -1] = call.arguments; // -1: COUNT(*)
    const isNullable = argument >= 0 && call.argumentTypes[0]?.nullable !== false;
    if (call.filter < 0 && !isNullable && !isDistinct(call) && !call.keepsBest) return this.#rowCount;
    return this.#countOf(weightsKey(call), this.#weightsOf(call));
  }

  /** The rows that SINGLE_VALUE sees, whatever they hold. */
  #rowsOf(call: AggregateCall): Accumulator {
    if (call.filter < 0) return this.#rowCount;
    const rows = { ...call, arguments: [], argumentTypes: [] };
    return this.#countOf(weightsKey(rows), this.#weightsOf(rows));
  }

  #countOf(key: string, weights: RowWeights): CountAccumulator {
    let counts = this.counts.get(key);
    if (!counts) {
      const distinct = weights instanceof DistinctWeights ? weights : undefined;
      counts = new CountAccumulator(this.#wasm, this.#pool, weights, distinct);
      this.counts.set(key, counts);
    }
    return counts;
  }

  #weightsOf(call: AggregateCall): RowWeights {
    const key = weightsKey(call);
    let weights = this.weights.get(key);
    if (!weights) this.weights.set(key, (weights = this.#newWeights(call)));
    return weights;
  }

  #newWeights(call: AggregateCall): RowWeights {
    const { distinct: kept, retracts } = this.#options;
    const nullArgument = argumentOfNulls(call);
    const [argument, type] = toldApartBy(call);
    if (call.keepsBest) return new AddedWeights(this.#wasm, this.#pool, nullArgument, call.filter);
    if (!isDistinct(call) || !type) return new RowWeights(this.#wasm, this.#pool, nullArgument, call.filter);
    if (kept.kind === 'tables') {
      let table = this.distinctTables.get(argument);
      if (!table) {
        table = new DistinctTable(this.#wasm, this.#pool, { argument, type, retracts, times: kept.times });
        this.distinctTables.set(argument, table);
      }
      return table.addWeights(call.filter, nullArgument < 0);
    }
    const distinct = new DistinctWeights(
      this.#wasm,
      this.#pool,
      argument,
      call.filter,
      type,
      nullArgument < 0,
    );
    this.distincts.push(distinct);
    return distinct;
  }
}

function firstArgument(call: AggregateCall): [argument: number, type: LogicalType] {
  const [argument] = call.arguments;
  const [type] = call.argumentTypes;
  if (argument === undefined || !type) throw new Error(`${call.function} of nothing is not supported.`);
  return [argument, type];
}

function literalText(call: AggregateCall, place: number): string | undefined {
  const literal = call.literals?.[place];
  return typeof literal === 'string' ? literal : undefined;
}

/** The column by which DISTINCT tells values apart; its type is absent where there is no value. */
function toldApartBy(call: AggregateCall): readonly [column: number, type: LogicalType | undefined] {
  if (call.distinctBy !== undefined) return [call.distinctBy, BYTES];
  return [call.arguments[0] ?? -1, call.argumentTypes[0]];
}

/** The argument whose NULLs do not count, or -1. */
function argumentOfNulls(call: AggregateCall): number {
  if (call.userFunction) return -1;
  const [first = -1, second = -1] = call.arguments;
  switch (call.function) {
    case 'ARRAY_AGG':
      return call.ignoreNulls ? first : -1;
    case 'JSON_ARRAYAGG_NULL_ON_NULL':
    case 'JSON_OBJECTAGG_NULL_ON_NULL':
      return -1;
    case 'JSON_OBJECTAGG_ABSENT_ON_NULL':
      return second;
    default:
      return first;
  }
}

/** Whether AVG or SUM0 need a sum that SUM cannot share. */
function isTotalled({ root }: LogicalType, name: string): boolean {
  return root === 'DOUBLE' || root === 'DECIMAL' || (root === 'FLOAT' && name === 'AVG');
}

/** MIN and MAX are the same with and without. */
function isDistinct(call: AggregateCall): boolean {
  return call.distinct && call.function !== 'MIN' && call.function !== 'MAX';
}

function weightsKey(call: AggregateCall): string {
  const [first = -1] = call.arguments;
  const distinct = isDistinct(call) ? `distinct ${call.distinctBy ?? ''} ` : '';
  return `${distinct}${call.keepsBest ? 'added ' : ''}${first} nulls ${argumentOfNulls(call)} filter ${call.filter}`;
}
