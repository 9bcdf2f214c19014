import type { PhysicalBatchJoin, PhysicalNode } from '../../plan/physical-node.ts';
import { fieldNames } from '../../plan/rex.ts';
import { nodeText } from '../physical-text.ts';

/**
 * How a node reads an input: what its place must be, how far the input is read before the first row leaves, and which input is read first
 * (the lowest `priority`).
 */
export interface InputProperty {
  readonly place: 'any' | 'hash' | 'single' | 'broadcast' | 'keep';
  readonly keys: readonly number[];
  /** From rows that pass, over nothing before the end of the input, to nothing before it was read as a whole. */
  readonly dam: 'pipelined' | 'end-input' | 'blocking';
  readonly priority: number;
}

/** A node of the execution plan of batch mode while Flink's last steps work on it, as "Optimized Execution Plan" then shows it. */
export interface ExecNode {
  /** Undefined for a MultipleInput. */
  readonly node: PhysicalNode | undefined;
  readonly kind: PhysicalNode['kind'] | 'MultipleInput' | 'AdaptiveJoin';
  readonly columns: readonly string[];
  inputs: ExecNode[];
  properties: InputProperty[];
  /** Of a MultipleInput: the nodes that became one. */
  readonly members: readonly ExecNode[];
  /** Of an exchange that breaks a deadlock. */
  isBatchShuffle: boolean;
  /** Of an exchange that keeps rows where they are. */
  keeps: 'forward' | 'hash' | undefined;
  /** Of nodes that are no physical ones. */
  description: string | undefined;
}

/** The plan as a graph; what is shared stays shared. */
export function execGraph(roots: readonly PhysicalNode[]): ExecNode[] {
  const known = new Map<PhysicalNode, ExecNode>();
  const build = (node: PhysicalNode): ExecNode => {
    let made = known.get(node);
    if (!made) {
      const inputs = node.inputs.map(build);
      known.set(node, (made = physicalExec(node, inputs)));
    }
    return made;
  };
  return roots.map(build);
}

function physicalExec(node: PhysicalNode, inputs: ExecNode[]): ExecNode {
  return {
    node,
    kind: node.kind,
    columns: fieldNames(node.rowType),
    inputs,
    properties: propertiesOf(node),
    members: [],
    isBatchShuffle: false,
    keeps: undefined,
    description: undefined,
  };
}

/** An exchange between `input` and a consumer. */
export function exchangeOf(
  input: ExecNode,
  property: Pick<InputProperty, 'place' | 'keys'>,
  {
    keeps,
    isBatchShuffle = false,
  }: { readonly keeps?: ExecNode['keeps']; readonly isBatchShuffle?: boolean },
): ExecNode {
  return {
    node: undefined,
    kind: 'Exchange',
    columns: input.columns,
    inputs: [input],
    properties: [{ place: property.place, keys: property.keys, dam: 'blocking', priority: 0 }],
    members: [],
    isBatchShuffle,
    keeps,
    description: undefined,
  };
}

export function execText(exec: ExecNode): string {
  if (exec.kind === 'Exchange') return exchangeText(exec);
  return exec.description ?? (exec.node ? nodeText(exec.node, 'explain') : exec.kind);
}

function exchangeText({ inputs, properties, keeps, isBatchShuffle }: ExecNode): string {
  const { place = 'any', keys = [] } = properties[0] ?? {};
  const columns = inputs[0]?.columns ?? [];
  const hash = `hash[${keys.map((key) => columns[key]).join(', ')}]`;
  const text =
    keeps === 'forward'
      ? keeps
      : keeps === 'hash'
        ? `keep_input_as_is[${hash}]`
        : place === 'hash'
          ? hash
          : place;
  return `Exchange(distribution=[${text}]${isBatchShuffle ? ', shuffle_mode=[BATCH]' : ''})`;
}

function propertiesOf(node: PhysicalNode): InputProperty[] {
  switch (node.kind) {
    case 'Exchange': {
      const { distribution } = node;
      const keys = distribution.kind === 'hash' ? distribution.keys : [];
      return [{ place: distribution.kind, keys, dam: 'blocking', priority: 0 }];
    }
    case 'HashAggregate':
      return [{ ...placeOf(node.group), dam: 'end-input', priority: 0 }];
    case 'SortAggregate':
      return [
        { ...placeOf(node.group), dam: node.group.length === 0 ? 'end-input' : 'pipelined', priority: 0 },
      ];
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return [{ ...ANYWHERE, dam: node.group.length === 0 ? 'end-input' : 'pipelined', priority: 0 }];
    case 'Sort':
      return [{ ...ANYWHERE, dam: 'end-input', priority: 0 }];
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return joinProperties(node);
    default:
      return node.inputs.map((): InputProperty => ({ ...ANYWHERE, dam: 'pipelined', priority: 0 }));
  }
}

const ANYWHERE = { place: 'any', keys: [] } as const;

function placeOf(keys: readonly number[]): Pick<InputProperty, 'place' | 'keys'> {
  return keys.length === 0 ? { place: 'single', keys } : { place: 'hash', keys };
}

function joinProperties(node: PhysicalBatchJoin): InputProperty[] {
  const { kind, joinType, leftKeys, rightKeys, isBroadcast, build } = node;
  if (kind === 'SortMergeJoin')
    return [leftKeys, rightKeys].map((keys) => ({ place: 'hash', keys, dam: 'end-input', priority: 0 }));
  const isSpread = kind === 'NestedLoopJoin' || isBroadcast === true;
  const isFull = kind === 'NestedLoopJoin' && joinType === 'FULL';
  return (['left', 'right'] as const).map((side): InputProperty => {
    const isBuild = side === build;
    const keys = side === 'left' ? leftKeys : rightKeys;
    const place: Pick<InputProperty, 'place' | 'keys'> = isFull
      ? { place: 'single', keys: [] }
      : isSpread
        ? { place: isBuild ? 'broadcast' : 'any', keys: [] }
        : { place: 'hash', keys };
    // Rows of the left that found none, or one, leave at the end if it is they that are held.
    const isHeldSemi = build === 'left' && (joinType === 'SEMI' || joinType === 'ANTI');
    return {
      ...place,
      dam: isBuild ? 'blocking' : isHeldSemi && kind === 'HashJoin' ? 'end-input' : 'pipelined',
      priority: isBuild ? 0 : 1,
    };
  });
}

/** Every node once, inputs before consumers. */
export function inputsFirst(roots: readonly ExecNode[]): ExecNode[] {
  const seen = new Set<ExecNode>();
  const ordered: ExecNode[] = [];
  const visit = (exec: ExecNode): void => {
    if (seen.has(exec)) return;
    seen.add(exec);
    exec.inputs.forEach(visit);
    ordered.push(exec);
  };
  roots.forEach(visit);
  return ordered;
}
