/** What Flink refuses of OVER windows in streaming mode, in its words. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { isInteger } from '../../types/type-families.ts';
import type { Expression, FunctionCall, WindowFrame } from '../parser/ast.ts';
import type { OverExpression } from './conversion-context.ts';
import { invalid } from './validation-error.ts';

/** Functions that number rows, and so need them in an order. */
const RANKINGS = new Set([
  'ROW_NUMBER',
  'RANK',
  'DENSE_RANK',
  'PERCENT_RANK',
  'CUME_DIST',
  'NTILE',
  'LAG',
  'LEAD',
]);
const IN_STREAMS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK', 'LAG', 'LEAD']);

export interface OverContext {
  readonly source: string;
  readonly isStreaming: boolean;
  /** Converts the offsets of a frame. */
  readonly convert: (expression: Expression) => RexNode;
}

/** Throws ValidationException if the call cannot be, whatever the operator. */
export function checkOver(over: OverExpression, syntax: FunctionCall, context: OverContext): void {
  const { source, isStreaming } = context;
  const refuse = (at: Parameters<typeof invalid>[1], message: string): never => {
    throw invalid(source, at, message);
  };
  const { function: name, windowOrderBy, frame } = over;
  if (syntax.filter) refuse(syntax, 'OVER must be applied to aggregate function, not to one with FILTER');
  if (RANKINGS.has(name) && windowOrderBy.length === 0)
    refuse(
      syntax,
      `Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.`,
    );
  if (RANKINGS.has(name) && frame)
    refuse(frame, 'ROW/RANGE not allowed with RANK, DENSE_RANK or ROW_NUMBER functions');
  if (frame) checkFrame(frame, over, context, refuse);
  if (!isStreaming) return;
  if (RANKINGS.has(name) && !IN_STREAMS.has(name))
    refuse(
      syntax,
      `${name} over a stream needs all its rows, which are never there: it is not supported in streaming mode.`,
    );
  const [first, second] = windowOrderBy;
  if (!first) {
    refuse(
      syntax,
      'The window can only be ordered by a single time column: OVER needs ORDER BY in streaming mode.',
    );
  } else if (!RANKINGS.has(name)) {
    if (second) refuse(syntax, 'The window can only be ordered by a single time column.');
    if (first.descending) refuse(syntax, 'The window can only be ordered in ASCENDING mode.');
  }
  const end = frame?.end?.bound ?? 'CURRENT ROW';
  const isNow = frame?.unit === 'RANGE' && frame.start.bound === 'CURRENT ROW';
  if (end.includes('FOLLOWING') || frame?.start.bound.includes('FOLLOWING') || isNow)
    refuse(frame ?? syntax, 'OVER RANGE FOLLOWING windows are not supported yet.');
}

function checkFrame(
  frame: WindowFrame,
  { windowOrderBy }: OverExpression,
  { convert }: OverContext,
  refuse: (at: Parameters<typeof invalid>[1], message: string) => never,
): void {
  const [first] = windowOrderBy;
  const { start, end } = frame;
  if (start.bound === 'UNBOUNDED FOLLOWING')
    refuse(start, 'UNBOUNDED FOLLOWING cannot be specified for the lower frame boundary');
  if (end?.bound === 'UNBOUNDED PRECEDING')
    refuse(end, 'UNBOUNDED PRECEDING cannot be specified for the upper frame boundary');
  if (end?.bound === 'PRECEDING' && start.bound !== 'PRECEDING' && start.bound !== 'UNBOUNDED PRECEDING')
    refuse(end, `Upper frame boundary cannot be PRECEDING when lower boundary is ${start.bound}`);
  if (end?.bound === 'CURRENT ROW' && start.bound === 'FOLLOWING')
    refuse(end, 'Upper frame boundary cannot be CURRENT ROW when lower boundary is FOLLOWING');
  for (const { offset } of [start, ...(end ? [end] : [])]) {
    if (!offset) continue;
    const node = convert(offset);
    const isNegative = node.kind === 'literal' && Number(node.value) < 0;
    if (frame.unit === 'ROWS') {
      if (!isInteger(node.type) || isNegative || readsColumn(offset))
        refuse(offset, 'ROWS value must be a non-negative integral constant');
    } else if (
      first &&
      first.node.type.root.startsWith('TIMESTAMP') &&
      !node.type.root.startsWith('INTERVAL')
    ) {
      refuse(offset, 'Data Type mismatch between ORDER BY and RANGE clause');
    }
  }
  if (frame.unit === 'RANGE' && !first) refuse(frame, 'Window specification must contain an ORDER BY clause');
}

/** Whether a column stands in an expression. */
function readsColumn(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'ColumnPath') return true;
  return Object.values(node).some(readsColumn);
}
