import type {
  PhysicalCalc,
  PhysicalCorrelate,
  PhysicalGlobalWindowAggregate,
  PhysicalBatchJoin,
  PhysicalJoin,
  PhysicalNode,
  PhysicalSort,
  PhysicalTableSourceScan,
} from '../plan/physical-node.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import type { JoinHint, NamedAggregateCall } from '../plan/rel-node.ts';
import { fieldNames, fieldOf, uniqueNames } from '../plan/rex.ts';
import { isInsertOnly } from '../rules/infer-changelog-mode.ts';
import { localInput } from '../rules/local-input.ts';
import { retractingCalls } from '../rules/monotonicity.ts';
import {
  aggregateTexts,
  globalAggregateTexts,
  incrementalAggregateTexts,
  localAggregateTexts,
  propertyTexts,
} from './aggregate-text.ts';
import {
  batchAggregateAttributes,
  batchJoinAttributes,
  localAggregateAttributes,
} from './batch/aggregate-join-text.ts';
import { scanFilterText } from './filter-text.ts';
import {
  aliasedHints,
  hintsText,
  metadataText,
  sinkAttributes,
  tablePath,
  tuplesText,
} from './logical-text.ts';
import { rexDigest, rexText } from './rex-text.ts';
import type { RexStyle } from './rex-text.ts';
import { recordTypeDigest, typeDigest } from './type-digest.ts';
import { windowText } from './window-text.ts';

/** A physical node in one line: `Calc(select=[a], where=[>(b, 5)])`, or, in the style of the execution plan, `where=[(b > 5)]`. */
export function nodeText(
  node: PhysicalNode,
  style: RexStyle,
  after: readonly string[] = [],
  before: readonly string[] = [],
): string {
  const attributes = [...before, ...attributesOf(node, style), ...after];
  const name = displayName(node);
  return attributes.length === 0 ? name : `${name}(${attributes.join(', ')})`;
}

function displayName(node: PhysicalNode): string {
  if (node.kind === 'ReplicateRows') return 'Correlate';
  if (node.kind !== 'Sort') return node.kind;
  if (node.isTemporal) return 'TemporalSort';
  return node.fetch === undefined ? 'Sort' : 'SortLimit';
}

function attributesOf(node: PhysicalNode, style: RexStyle): string[] {
  const names = fieldNames(node.rowType);
  switch (node.kind) {
    case 'TableSourceScan':
      return [`table=[[${scanPath(node)}]]`, `fields=[${names.join(', ')}]`, ...scanHints(node)];
    case 'Values': {
      const type = style === 'digest' ? [`type=[${recordTypeDigest(node.rowType.fields)}]`] : [];
      const types = node.rowType.fields.map((field) => field.type);
      if (isBatch(node)) return [`tuples=[${tuplesText(node.rows, types)}]`, `values=[${names.join(', ')}]`];
      return [...type, `tuples=[${tuplesText(node.rows, types)}]`];
    }
    case 'WatermarkAssigner': {
      const watermark = rexText(node.watermark, inputNames(node), style);
      return [`rowtime=[${names[node.rowtime]}]`, `watermark=[${watermark}]`];
    }
    case 'Calc':
      return calcAttributes(node, style);
    case 'Exchange': {
      const { distribution } = node;
      if (distribution.kind !== 'hash') return [`distribution=[${distribution.kind}]`];
      const keys = distribution.keys.map((key) => names[key]).join(', ');
      return [distribution.keys.length === 0 ? 'distribution=[hash]' : `distribution=[hash[${keys}]]`];
    }
    case 'Expand':
      return [
        `projects=[${node.projects.map((project) => expandText(project, inputNames(node), names)).join(', ')}]`,
      ];
    case 'GroupAggregate': {
      const isRetracting = retractingCalls(node.inputs[0], node.group);
      const results = names.slice(node.group.length);
      const texts = aggregateTexts(node.calls, inputNames(node), results, isRetracting);
      return [
        ...groupBy(node.group, inputNames(node)),
        ...levelText(node),
        select([...names.slice(0, node.group.length), ...texts]),
      ];
    }
    case 'MiniBatchAssigner':
      return [`interval=[${node.intervalMs}ms]`, `mode=[${node.mode}]`];
    case 'LocalGroupAggregate': {
      const isRetracting = retractingCalls(node.inputs[0], node.group);
      const texts = localAggregateTexts(
        withRetractCount(node.inputs[0], node.calls),
        inputNames(node),
        isRetracting,
      );
      return [...groupBy(node.group, inputNames(node)), ...levelText(node), select([...names, ...texts])];
    }
    case 'IncrementalGroupAggregate': {
      const local = localInput(node);
      const isRetracting = retractingCalls(local, []);
      const calls = withRetractCount(local, node.calls);
      const texts = incrementalAggregateTexts(calls, fieldNames(local.rowType), isRetracting);
      const grouping = (columns: readonly number[]): string =>
        columns.map((column) => inputNames(node)[column]).join(', ');
      return [
        `partialAggGrouping=[${grouping(node.partialGroup)}]`,
        `finalAggGrouping=[${grouping(node.group)}]`,
        select([...names, ...texts]),
      ];
    }
    case 'GlobalGroupAggregate': {
      const local = localInput(node);
      const isRetracting = retractingCalls(local, node.group);
      const keys = node.group.map((_, i) => i);
      const partial = node.inputs[0].inputs[0];
      const first = partial?.kind === 'IncrementalGroupAggregate' ? partial.calls : node.calls;
      const texts = globalAggregateTexts(node.calls, fieldNames(local.rowType), isRetracting, first);
      const results = texts.map((text, i) => `${text} AS ${names[node.group.length + i]}`);
      return [
        ...groupBy(keys, names),
        ...levelText(node),
        select([...names.slice(0, node.group.length), ...results]),
      ];
    }
    case 'WindowTableFunction':
      return [`window=[${windowText(node.window, timeColumn(node))}]`];
    case 'WindowAggregate': {
      const { group, calls, properties } = node;
      const keys = names.slice(0, group.length);
      const isRetracting = retractingCalls(node.inputs[0], node.group);
      const texts = aggregateTexts(calls, inputNames(node), names.slice(group.length), isRetracting);
      const bounds = propertyTexts(properties).map((text, i) => `${text} AS ${properties[i]?.name}`);
      return [
        ...groupBy(group, inputNames(node)),
        `window=[${windowText(node.window, timeColumn(node))}]`,
        select([...keys, ...texts, ...bounds]),
      ];
    }
    case 'LocalWindowAggregate': {
      const calls = withRowCount(node.window.function, node.calls);
      return [
        ...groupBy(node.group, inputNames(node)),
        `window=[${windowText(node.window, timeColumn(node))}]`,
        select([...names, ...localAggregateTexts(calls, inputNames(node)), "slice_end('w$) AS $slice_end"]),
      ];
    }
    case 'GlobalWindowAggregate':
      return globalAttributes(node, names);
    case 'Join':
      return joinAttributes(node, style);
    case 'AsyncCalc': {
      const own = inputNames(node);
      const calls = node.calls.map((call, i) => `${rexText(call, own, style)} AS ${names[own.length + i]}`);
      return [select([...own, ...calls])];
    }
    case 'Correlate':
      return correlateAttributes(node, style);
    case 'HashAggregate':
    case 'SortAggregate':
      return batchAggregateAttributes(node);
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return localAggregateAttributes(node);
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return [
        `joinType=[${JOIN_TYPES[node.joinType]}]`,
        `where=[${rexText(node.condition, conditionNames(node), style)}]`,
        select(names),
        ...batchJoinAttributes(node),
      ];
    case 'Sort':
      return sortAttributes(node);
    case 'Limit':
      return [
        ...limitAttributes(node.offset, node.fetch),
        ...(isBatch(node) ? [`global=[${node.isLocal !== true}]`] : []),
      ];
    case 'ReplicateRows':
      return replicateAttributes(inputNames(node), node.rowType);
    case 'Union':
      return ['all=[true]', `union=[${names.join(', ')}]`];
    case 'DropUpdateBefore':
      return [];
    case 'Sink':
      return [
        sinkAttributes(node.target, inputNames(node)),
        ...(node.materializesUpserts ? ['upsertMaterialize=[true]'] : []),
        ...(node.target.kind === 'table' && node.target.onConflict
          ? [`conflictStrategy=[${node.target.onConflict.strategy}]`]
          : []),
      ];
  }
}

/** Nodes of streaming plans have changelog modes. */
function isBatch(node: PhysicalNode): boolean {
  return node.changelogMode === undefined;
}

/** `{a, null AS b, 1 AS $e, b AS b_0}`: columns under other names, and what is no column, say theirs. */
function expandText(
  project: readonly RexNode[],
  inputs: readonly string[],
  names: readonly string[],
): string {
  const columns = project.map((node, i) => {
    const text =
      node.kind === 'input' ? String(inputs[node.index]) : node.kind === 'literal' ? String(node.value) : '';
    return text === names[i] ? text : `${text} AS ${names[i]}`;
  });
  return `{${columns.join(', ')}}`;
}

function inputNames(node: Exclude<PhysicalNode, { inputs: readonly [] }>): string[] {
  return fieldNames(node.inputs[0].rowType);
}

function timeColumn(node: Extract<PhysicalNode, { window: unknown }>): string {
  return `time_col=[${inputNames(node)[node.window.timeColumn]}]`;
}

function groupBy(group: readonly number[], names: readonly string[]): string[] {
  return group.length === 0 ? [] : [`groupBy=[${group.map((column) => names[column]).join(', ')}]`];
}

function levelText({ partialFinalType }: { readonly partialFinalType?: string }): string[] {
  return partialFinalType === undefined ? [] : [`partialFinalType=[${partialFinalType}]`];
}

function select(texts: readonly string[]): string {
  return `select=[${texts.join(', ')}]`;
}

function scanHints({ table, alias }: PhysicalTableSourceScan): string[] {
  const options = hintsText(table);
  if (alias === undefined) return options;
  return aliasedHints(options, `[ALIAS options:[${alias}]]`);
}

function scanPath({ table, project, filter, limit }: PhysicalTableSourceScan): string {
  const stored = fieldNames(table.storedType);
  const parts = [tablePath(table)];
  if (!project) parts.push(...metadataText(table));
  if (filter) parts.push(`filter=[${scanFilterText(filter, stored)}]`);
  if (project) {
    const first = stored.length - table.metadata.length;
    const data = project.filter((column) => column < first).map((column) => stored[column]);
    const keys = project.filter((column) => column >= first).map((column) => table.metadata[column - first]);
    parts.push(`project=[${data.join(', ')}]`, `metadata=[${keys.join(', ')}]`);
  }
  if (limit !== undefined) parts.push(`limit=[${limit}]`);
  return parts.join(', ');
}

function calcAttributes(node: PhysicalCalc, style: RexStyle): string[] {
  const names = inputNames(node);
  const columns = node.projects.map((project, i) => {
    const text = rexText(project, names, style);
    const name = fieldOf(node.rowType, i).name;
    return text === name ? name : `${text} AS ${name}`;
  });
  return [select(columns), ...(node.condition ? [`where=[${rexText(node.condition, names, style)}]`] : [])];
}

// A hopping window is over when no row is left in it, so its rows are counted, whether or not the query asks.
function withRowCount(window: string, calls: readonly NamedAggregateCall[]): readonly NamedAggregateCall[] {
  return window === 'HOP' && !calls.some(isRowCount) ? [...calls, ROW_COUNT] : calls;
}

const ROW_COUNT: NamedAggregateCall = {
  name: 'count1',
  function: 'COUNT',
  arguments: [],
  argumentTypes: [],
  distinct: false,
  filter: -1,
  type: { root: 'BIGINT', nullable: false },
};

/** Where rows are taken back, they are counted, whether or not the query asks. */
function withRetractCount(
  input: PhysicalNode,
  calls: readonly NamedAggregateCall[],
): readonly NamedAggregateCall[] {
  return isInsertOnly(input) || calls.some(isRowCount) ? calls : [...calls, ROW_COUNT];
}

function isRowCount(call: NamedAggregateCall): boolean {
  return call.function === 'COUNT' && call.arguments.length === 0 && call.filter < 0;
}

function globalAttributes(node: PhysicalGlobalWindowAggregate, names: readonly string[]): string[] {
  const { window, group, properties } = node;
  const local = localInput(node);
  const calls = withRowCount(window.function, node.calls);
  const texts = [...globalAggregateTexts(calls, fieldNames(local.rowType)), ...propertyTexts(properties)];
  // As Flink prints it, names are dealt out in order, and what is left over falls off the end.
  const results = names.slice(group.length);
  const named = texts.slice(0, results.length).map((text, i) => `${text} AS ${results[i]}`);
  return [
    ...groupBy(
      group.map((_, i) => i),
      names,
    ),
    `window=[${windowText(window, 'slice_end=[$slice_end]')}]`,
    select([...names.slice(0, group.length), ...named]),
  ];
}

const JOIN_TYPES = {
  INNER: 'InnerJoin',
  LEFT: 'LeftOuterJoin',
  RIGHT: 'RightOuterJoin',
  FULL: 'FullOuterJoin',
  SEMI: 'LeftSemiJoin',
  ANTI: 'LeftAntiJoin',
} as const;

function joinAttributes(node: PhysicalJoin, style: RexStyle): string[] {
  return [
    `joinType=[${JOIN_TYPES[node.joinType]}]`,
    `where=[${rexText(node.condition, conditionNames(node), style)}]`,
    select(fieldNames(node.rowType)),
    `leftInputSpec=[${node.leftUniqueKey.kind}]`,
    `rightInputSpec=[${node.rightUniqueKey.kind}]`,
    ...(node.isMiniBatch ? ['miniBatch=[true]'] : []),
    ...(node.hints && style !== 'explain' ? [`joinHints=[[${hintTexts(node.hints)}]]`] : []),
  ];
}

function hintTexts(hints: readonly JoinHint[]): string {
  return hints.map(({ strategy, side }) => `[${strategy} options:[${side.toUpperCase()}]]`).join('');
}

/** In both sections alike but for the function's constants, and with a condition over its columns by number. */
function correlateAttributes(node: PhysicalCorrelate, style: RexStyle): string[] {
  const { inputs, call, condition, outerNames, rowType, joinType } = node;
  const isCalledOnce = inputs[0].rowType.fields.length === 0;
  const invocation = (operands: RexStyle): string =>
    `${call.name}(${call.operands.map((operand) => rexText(operand, outerNames, operands)).join(', ')})`;
  return [
    `invocation=[${invocation('digest')}]`,
    `correlate=[table(${invocation(style === 'digest' ? 'digest' : 'prefix')})]`,
    `select=[${fieldNames(rowType).join(',')}]`,
    `rowType=[${isCalledOnce ? typeDigest(rowType, false) : recordTypeDigest(rowType.fields)}]`,
    `joinType=[${joinType}]`,
    ...(condition ? [`condition=[${rexDigest(condition)}]`] : []),
  ];
}

function sortAttributes({ keys, offset, fetch, isLocal, rowType }: PhysicalSort): string[] {
  const names = fieldNames(rowType);
  // Where NULL goes is not said.
  const order = keys.map(({ column, descending }) => `${names[column]} ${descending ? 'DESC' : 'ASC'}`);
  const limits =
    fetch === undefined ? [] : [...limitAttributes(offset, fetch), `global=[${isLocal !== true}]`];
  return [`orderBy=[${order.join(', ')}]`, ...limits];
}

/** As Flink prints its table function, `$1` being how many types of columns it has been made for. */
function replicateAttributes(columns: readonly string[], rowType: PhysicalNode['rowType']): string[] {
  const name = '$REPLICATE_ROWS$1';
  return [
    `invocation=[${name}(${columns.map((_, i) => `$${i}`).join(', ')})]`,
    `correlate=[table(${name}(${columns.join(',')}))]`,
    `select=[${fieldNames(rowType).join(',')}]`,
    `rowType=[${recordTypeDigest(rowType.fields)}]`,
    'joinType=[INNER]',
  ];
}

function limitAttributes(offset: number, fetch: number): string[] {
  return [`offset=[${offset}]`, `fetch=[${fetch === Number.MAX_SAFE_INTEGER ? 'unlimited' : fetch}]`];
}

/** Columns of both inputs, which a semi-join does not hand on. */
function conditionNames(node: PhysicalJoin | PhysicalBatchJoin): string[] {
  const own = fieldNames(node.rowType);
  const both = node.inputs.flatMap((input) => fieldNames(input.rowType));
  return both.length === own.length ? own : uniqueNames(both);
}
