import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { LENGTH_OF_PART, UNIT_MONTHS, UNIT_MS } from '../../expressions/time-unit.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isImplicitCast, withoutImplicitCasts } from '../plan/rex.ts';

const INTEGER: LogicalType = { root: 'INTEGER', nullable: false };

/**
 * TIMESTAMPDIFF as Flink's plans spell it: the difference taken for a number, divided into whole units. Undefined for units that it spells
 * wrongly.
 */
export function spelledDifference(call: RexCall): RexNode | undefined {
  const [unitNode, from, to] = call.operands;
  const named = unitNode?.kind === 'literal' ? String(unitNode.value).replace(/^FLAG\(|\)$/g, '') : '';
  const unit = LENGTH_OF_PART[named] ?? named;
  if (!from || !to || unit === 'DECADE') return undefined;
  const plain = (node: RexNode): RexNode => (isImplicitCast(node) ? withoutImplicitCasts(node) : node);
  const operation = (operator: string, ...operands: RexNode[]): RexNode => ({
    kind: 'call',
    operator,
    operands,
    type: call.type,
  });
  const by = (operator: string, node: RexNode, count: number): RexNode =>
    operation(operator, node, { kind: 'literal', value: count, type: INTEGER });
  const number = operation('Reinterpret', operation('-', plain(to), plain(from)));
  const months = UNIT_MONTHS[unit];
  if (months !== undefined) {
    if (unit === 'YEAR') return operation('CAST', by('/INT', number, months));
    const whole = operation('CAST', number);
    return months === 1 ? whole : by('/INT', whole, months);
  }
  if (unit === 'NANOSECOND') return by('*', by('/INT', number, 1000), 1_000_000_000);
  const seconds = operation('CAST', by('/INT', number, 1000));
  if (unit === 'MICROSECOND') return by('*', seconds, 1_000_000);
  const ms = UNIT_MS[unit];
  if (ms === undefined) return undefined;
  if (unit === 'WEEK') return by('/INT', seconds, ms / 1000);
  if (unit === 'MILLISECOND') return by('*', seconds, 1000);
  return operation('CAST', by('/INT', number, ms));
}
