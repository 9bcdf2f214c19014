import type { LogicalType, RowType } from '../../../types/logical-type.ts';
import type {
  PhysicalBatchAggregate,
  PhysicalExpand,
  PhysicalLocalAggregate,
  PhysicalNode,
} from '../../plan/physical-node.ts';
import { bytesOf, isFixedLength } from '../../plan/row-size.ts';
import { expandId } from './expand-id.ts';
import { expressionSize, literalSize } from './expression-size.ts';

type Aggregate = PhysicalBatchAggregate | PhysicalLocalAggregate;

/** How large the rows of plans are guessed to be (FlinkRelMdSize). Each is worked out once a node. */
export class RowSizes {
  readonly #sizes = new Map<PhysicalNode, readonly number[]>();

  /** Bytes of a row. */
  rowSize(node: PhysicalNode): number {
    return this.#columnSizes(node).reduce((sum, size) => sum + size, 0);
  }

  /** Bytes of a row as Flink lays it out in memory: 8 a column, and behind them what has no fixed length. */
  binaryRowSize(node: PhysicalNode): number {
    const sizes = this.#columnSizes(node);
    const types = columnTypes(node);
    const columns = sizes.reduce((sum, size, i) => sum + (isFixedLength(types[i]!) ? 8 : size + 8), 0); // as many types
    return columns + Math.trunc((sizes.length + 63 + 8) / 64) * 8;
  }

  #columnSizes(node: PhysicalNode): readonly number[] {
    let sizes = this.#sizes.get(node);
    if (!sizes) this.#sizes.set(node, (sizes = this.#sizesOf(node)));
    return sizes;
  }

  #sizesOf(node: PhysicalNode): readonly number[] {
    switch (node.kind) {
      case 'Values':
        return node.rowType.fields.map(({ type }, i) => {
          if (node.rows.length === 0) return bytesOf(type);
          const sum = node.rows.reduce((total, row) => total + literalSize(type, row[i] ?? null), 0);
          return sum / node.rows.length;
        });
      case 'Calc': {
        const below = this.#columnSizes(node.inputs[0]);
        return node.projects.map((project) => expressionSize(project, below));
      }
      case 'Exchange':
      case 'Sort':
      case 'Limit':
        return this.#columnSizes(node.inputs[0]);
      case 'Expand':
        return this.#sizesOfExpand(node);
      case 'GroupAggregate':
        return this.#sizesOfAggregate({ ...node, auxGroup: [] });
      case 'HashAggregate':
      case 'SortAggregate':
      case 'LocalHashAggregate':
      case 'LocalSortAggregate':
        return this.#sizesOfAggregate(node);
      case 'Join':
      case 'HashJoin':
      case 'SortMergeJoin':
      case 'NestedLoopJoin': {
        const [left, right] = node.inputs;
        const isSemi = node.joinType === 'SEMI' || node.joinType === 'ANTI';
        return isSemi ? this.#columnSizes(left) : [...this.#columnSizes(left), ...this.#columnSizes(right)];
      }
      case 'Union': {
        const all = node.inputs.map((input) => this.#columnSizes(input));
        return node.rowType.fields.map(
          (_, i) => all.reduce((sum, sizes) => sum + (sizes[i] ?? 0), 0) / all.length,
        );
      }
      default:
        return columnTypes(node).map(bytesOf);
    }
  }

  #sizesOfExpand(node: PhysicalExpand): number[] {
    const below = this.#columnSizes(node.inputs[0]);
    const id = expandId(node);
    return node.rowType.fields.map(({ type }, i) => {
      const read = new Set(
        node.projects.flatMap((project) => {
          const cell = project[i];
          return cell?.kind === 'input' ? [cell.index] : [];
        }),
      );
      const [only] = read;
      return i !== id && read.size === 1 && only !== undefined ? (below[only] ?? 0) : bytesOf(type);
    });
  }

  #sizesOfAggregate({
    inputs: [input],
    group,
    auxGroup,
    rowType,
  }: Pick<Aggregate, 'inputs' | 'group' | 'auxGroup' | 'rowType'>): number[] {
    const below = this.#columnSizes(input);
    const keys = [...group, ...auxGroup];
    return rowType.fields.map(({ type }, i) => {
      const key = keys[i];
      return key === undefined ? bytesOf(type) : (below[key] ?? 0);
    });
  }
}

function columnTypes({ rowType }: { readonly rowType: RowType }): LogicalType[] {
  return rowType.fields.map(({ type }) => type);
}
