import type { WindowSpec } from '../../operators/operator-spec.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldOf } from '../plan/rex.ts';

export type WindowColumn = 'start' | 'end' | 'time';

export const WINDOW_COLUMNS: readonly WindowColumn[] = ['start', 'end', 'time'];

/** What a column tells of a window, which window that is, and the type of the time by which rows were assigned to it. */
export interface WindowOrigin {
  readonly kind: WindowColumn;
  readonly window: WindowSpec;
  readonly timeType: LogicalType;
}

/** Which window a column carries, whoever computed it: the window properties of Flink's plan nodes. */
export function windowOrigin(node: LogicalNode, column: number): WindowOrigin | undefined {
  switch (node.kind) {
    case 'LogicalTableFunctionScan': {
      const { window, inputs } = node;
      const { rowType } = inputs[0];
      const own = column - rowType.fields.length;
      if (own < 0) return windowOrigin(inputs[0], column);
      const kind = WINDOW_COLUMNS[own];
      return kind && { kind, window, timeType: fieldOf(rowType, window.timeColumn).type };
    }
    case 'LogicalWindowAggregate': {
      const { window, inputs } = node;
      const kind = node.properties[column - node.group.length - node.calls.length]?.kind;
      return kind && { kind, window, timeType: fieldOf(inputs[0].rowType, window.timeColumn).type };
    }
    case 'LogicalProject': {
      const project = node.projects[column];
      return project?.kind === 'input' ? windowOrigin(node.inputs[0], project.index) : undefined;
    }
    case 'LogicalFilter':
    case 'LogicalWatermarkAssigner':
      return windowOrigin(node.inputs[0], column);
    case 'LogicalCorrelate': {
      const [left] = node.inputs;
      return column < left.rowType.fields.length ? windowOrigin(left, column) : undefined;
    }
    case 'LogicalUnion': {
      const [first, ...others] = node.inputs.map((input) => windowOrigin(input, column));
      return first && others.every((other) => other && sameOrigin(first, other)) ? first : undefined;
    }
    default:
      return undefined;
  }
}

/** The same property of equal windows over times of one type; where the time stands in its row does not matter. */
export function sameOrigin(a: WindowOrigin, b: WindowOrigin): boolean {
  return originText(a) === originText(b);
}

function originText({ kind, window, timeType }: WindowOrigin): string {
  return JSON.stringify([kind, { ...window, timeColumn: 0 }, timeType]);
}
