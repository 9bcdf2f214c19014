import type { RexNode } from '../../../expressions/rex-node.ts';
import type { PhysicalBatchJoin, PhysicalExchange, PhysicalNode } from '../../plan/physical-node.ts';
import { exactLog } from './exact-functions.ts';
import type { BatchStatistics } from './statistics.ts';

/** What a plan is guessed to cost, in Flink's units. */
export interface PlanCost {
  readonly rows: number;
  readonly cpu: number;
  readonly io: number;
  readonly network: number;
  readonly memory: number;
}

const HASH_CPU = 8;
const SERIALIZATION_CPU = 160;
const COMPARE_CPU = 4;
const FUNCTION_CPU = 12;
/** Bytes that one worker is thought to process. */
const WORKER_BYTES = 1024 * 1024 * 1024;

/** Whether a plan is cheaper than another: by processor, then by what it moves and holds, then by rows (FlinkCost). */
export function isCheaper(a: PlanCost, b: PlanCost): boolean {
  if (a.cpu !== b.cpu) return a.cpu < b.cpu;
  const aOther = a.memory + a.network * 4 + a.io * 2;
  const bOther = b.memory + b.network * 4 + b.io * 2;
  return aOther === bOther ? a.rows < b.rows : aOther < bOther;
}

export function addCosts(a: PlanCost, b: PlanCost): PlanCost {
  return {
    rows: a.rows + b.rows,
    cpu: a.cpu + b.cpu,
    io: a.io + b.io,
    network: a.network + b.network,
    memory: a.memory + b.memory,
  };
}

/** What a node costs without its inputs. */
export function selfCost(node: PhysicalNode, statistics: BatchStatistics): PlanCost {
  const rows = statistics.rowCount(node);
  const [first] = node.inputs;
  const inputRows = first ? statistics.rowCount(first) : 0;
  switch (node.kind) {
    case 'TableSourceScan':
      return { rows, cpu: 0, io: rows * statistics.rowSize(node), network: 0, memory: 0 };
    case 'Values':
      return { ...plain(rows), cpu: 1 };
    case 'Calc':
      return { ...plain(rows), cpu: rows * node.projects.filter(isComputed).length };
    case 'Exchange':
      return exchangeCost(node, statistics);
    case 'Sort': {
      if (node.fetch === undefined) return sortCost(node.inputs[0], node.keys.length, statistics);
      const held = Math.min(inputRows, node.offset + node.fetch);
      const cpu = COMPARE_CPU * node.keys.length * inputRows * exactLog(held);
      return { ...plain(rows), cpu, memory: held * statistics.rowSize(node) };
    }
    case 'Limit':
      return { ...plain(rows), cpu: COMPARE_CPU * rows };
    case 'HashAggregate':
    case 'LocalHashAggregate': {
      const keys = node.group.length;
      const cpu = HASH_CPU * inputRows * keys + FUNCTION_CPU * inputRows * node.calls.length;
      const memory =
        keys === 0 ? statistics.rowSize(node) : (rows * 16) / 2 + rows * (statistics.binaryRowSize(node) + 8);
      return { ...plain(rows), cpu, memory };
    }
    case 'SortAggregate':
    case 'LocalSortAggregate':
      return {
        ...plain(rows),
        cpu: FUNCTION_CPU * inputRows * node.calls.length,
        memory: statistics.rowSize(node),
      };
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return joinCost(node, statistics);
    default:
      return plain(rows);
  }
}

function plain(rows: number): PlanCost {
  return { rows, cpu: rows, io: 0, network: 0, memory: 0 };
}

/** Sorting a node's rows. */
function sortCost(input: PhysicalNode, keys: number, statistics: BatchStatistics): PlanCost {
  const rows = statistics.rowCount(input);
  const cpu = sortCpu(rows, keys);
  return { rows, cpu, io: 0, network: 0, memory: statistics.sortMemory(input) };
}

function sortCpu(rows: number, keys: number): number {
  return COMPARE_CPU * keys * rows * Math.max(exactLog(rows), 1);
}

function exchangeCost(
  { distribution, inputs: [input] }: PhysicalExchange,
  statistics: BatchStatistics,
): PlanCost {
  const rows = statistics.rowCount(input);
  const bytes = statistics.rowSize(input) * rows;
  switch (distribution.kind) {
    case 'single':
      return { rows, cpu: (1 + SERIALIZATION_CPU) * rows, io: 0, network: bytes, memory: 0 };
    case 'broadcast': {
      const copies = Math.max(1, Math.trunc(bytes / WORKER_BYTES));
      return { rows, cpu: copies * rows * SERIALIZATION_CPU, io: 0, network: copies * bytes, memory: 0 };
    }
    case 'hash': {
      const cpu = (HASH_CPU * distribution.keys.length + SERIALIZATION_CPU) * rows;
      return { rows, cpu, io: 0, network: bytes, memory: 0 };
    }
  }
}

function joinCost(node: PhysicalBatchJoin, statistics: BatchStatistics): PlanCost {
  const [left, right] = node.inputs;
  const leftRows = statistics.rowCount(left);
  const rightRows = statistics.rowCount(right);
  const rows = statistics.rowCount(node);
  const [build, probe] = node.build === 'left' ? [left, right] : [right, left];
  const buildRows = statistics.rowCount(build);
  const copies = Math.max(
    1,
    Math.trunc((statistics.rowCount(probe) * statistics.rowSize(probe)) / WORKER_BYTES),
  );
  switch (node.kind) {
    case 'HashJoin': {
      const held = (buildRows * 8) / 2 + buildRows * (statistics.binaryRowSize(build) + 4);
      const memory = held * (node.isBroadcast ? copies : 1);
      return { ...plain(rows), cpu: HASH_CPU * (leftRows + rightRows), memory };
    }
    case 'SortMergeJoin': {
      const keys = node.leftKeys.length;
      const cpu = sortCpu(leftRows, keys) + sortCpu(rightRows, keys) + COMPARE_CPU * (leftRows + rightRows);
      return { ...plain(rows), cpu, memory: statistics.sortMemory(left) + statistics.sortMemory(right) };
    }
    case 'NestedLoopJoin': {
      const memory = buildRows * (statistics.rowSize(build) + 4) * copies;
      // The join with a single row is to be preferred to the same join without knowing that.
      const factor = node.isSingleRow ? 0.99 : 1;
      return {
        ...plain(rows * factor),
        cpu: leftRows * rightRows * factor,
        memory: memory * factor,
      };
    }
  }
}

function isComputed(project: RexNode): boolean {
  return project.kind === 'call' && project.operator !== 'CAST' && project.operator !== 'TRY_CAST';
}
