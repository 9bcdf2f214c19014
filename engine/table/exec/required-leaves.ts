import { leafTypes } from '../../data/column.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { PhysicalCalc, PhysicalNode, PhysicalTableSourceScan } from '../plan/physical-node.ts';
import { fieldOf, walkRex } from '../plan/rex.ts';

/**
 * Which leaves of nested rows are read, from the sinks down to the scans: a Nexmark query over bids needs neither people nor auctions,
 * though all three stand in one row. The row's structure stays; leaves that nobody reads come as absent columns.
 *
 * Only what passes rows on untouched (watermarks, projections of whole columns, windows) hands absence through. Operators that keep or send
 * rows ask for every leaf of their input.
 */
export class RequiredLeaves {
  readonly #needed = new Map<PhysicalNode, Set<number>>();

  /** `roots` of a plan in which shared nodes are the same object. */
  constructor(roots: readonly PhysicalNode[]) {
    for (const node of topDown(roots)) {
      const needed = this.of(node);
      node.inputs.forEach((input, side) => {
        const asked = this.of(input);
        for (const leaf of neededOf(node, side, needed)) asked.add(leaf);
      });
    }
  }

  /** Leaves of a node's row that its consumers read. */
  of(node: PhysicalNode): Set<number> {
    let leaves = this.#needed.get(node);
    if (!leaves) this.#needed.set(node, (leaves = new Set()));
    return leaves;
  }

  /** Per leaf of the scanned row. At least one is read: a row needs its length from somewhere. */
  ofScan(scan: PhysicalTableSourceScan): boolean[] {
    const needed = this.of(scan);
    const required = leafTypes(scan.rowType).map((_, leaf) => needed.has(leaf));
    if (!required.includes(true)) required[0] = true;
    return required;
  }

  /** Whether anybody reads a column, or part of it. */
  isRead(node: PhysicalNode, column: number): boolean {
    const needed = this.of(node);
    return leavesOfColumn(node.rowType, column).some((leaf) => needed.has(leaf));
  }
}

/** Consumers before their inputs. */
function topDown(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const ordered = new Set<PhysicalNode>();
  const visit = (node: PhysicalNode): void => {
    if (ordered.has(node)) return;
    node.inputs.forEach(visit);
    ordered.add(node);
  };
  roots.forEach(visit);
  return [...ordered].reverse();
}

function neededOf(node: PhysicalNode, side: number, needed: ReadonlySet<number>): Iterable<number> {
  const input = node.inputs[side] as PhysicalNode;
  switch (node.kind) {
    case 'Calc':
      return neededByCalc(node, needed);
    case 'WatermarkAssigner':
      return [
        ...needed,
        ...leavesRead(node.watermark, input.rowType),
        ...leavesOfColumn(node.rowType, node.rowtime),
      ];
    case 'WindowTableFunction': {
      const own = leafTypes(input.rowType).length;
      const passed = [...needed].filter((leaf) => leaf < own);
      return [...passed, ...leavesOfColumn(input.rowType, node.window.timeColumn)];
    }
    case 'Correlate': {
      const own = leafTypes(input.rowType).length;
      const passed = [...needed].filter((leaf) => leaf < own);
      return [...passed, ...node.call.operands.flatMap((operand) => leavesRead(operand, input.rowType))];
    }
    case 'Union':
    case 'DropUpdateBefore':
      return needed;
    default:
      return leafTypes(input.rowType).keys();
  }
}

function neededByCalc(node: PhysicalCalc, needed: ReadonlySet<number>): number[] {
  const input = node.inputs[0].rowType;
  const leaves = node.condition ? leavesRead(node.condition, input) : [];
  node.projects.forEach((project, column) => {
    const wanted = leavesOfColumn(node.rowType, column);
    if (!wanted.some((leaf) => needed.has(leaf))) return;
    const path = leavesOfPath(project, input);
    // A column handed on as it is needs no more of itself than is asked for; a computed one needs all it reads.
    if (path?.length === wanted.length)
      leaves.push(...path.filter((_, i) => needed.has(wanted[i] as number)));
    else leaves.push(...leavesRead(project, input));
  });
  return leaves;
}

/** Leaves of column `column` of a row. */
function leavesOfColumn(rowType: RowType, column: number): number[] {
  const first = leavesBefore(rowType, column);
  return Array.from({ length: leafCount(fieldOf(rowType, column).type) }, (_, i) => first + i);
}

function leavesBefore(rowType: RowType, column: number): number {
  return rowType.fields.slice(0, column).reduce((sum, field) => sum + leafCount(field.type), 0);
}

function leafCount(type: LogicalType): number {
  return type.root === 'ROW' ? leafTypes(type).length : 1;
}

/** Leaves of `a.b.c`; undefined for anything that is no path from a column. */
function leavesOfPath(node: RexNode, input: RowType): number[] | undefined {
  if (node.kind === 'input') return leavesOfColumn(input, node.index);
  if (node.kind !== 'field' || node.node.type.root !== 'ROW') return undefined;
  const outer = leavesOfPath(node.node, input);
  if (!outer) return undefined;
  const first = leavesBefore(node.node.type, node.index);
  return outer.slice(first, first + leafCount(node.type));
}

function leavesRead(node: RexNode, input: RowType): number[] {
  const leaves: number[] = [];
  walkRex(node, (each) => {
    const path = leavesOfPath(each, input);
    if (path) leaves.push(...path);
    return path === undefined;
  });
  return leaves;
}
