import type { LogicalType } from '../../types/logical-type.ts';
import { serializableTypeText, typeText } from '../../types/type-text.ts';
import type { FunctionTable } from '../function-runtime.ts';
import type { RexNode } from '../rex-node.ts';

/** Functions whose value is known when the expression is compiled: one for all rows. */
export const PLANNED_RUNTIMES: FunctionTable = {
  TYPEOF: {
    cost: 0,
    compile: ({ operands, type }, emitter) => emitter.constant(type, typeOf(operands)),
  },
  /** Its one operand is the name that was current when the statement was converted. */
  CURRENT_DATABASE: { cost: 0, compile: ({ operands }, emitter) => emitter.value(operands[0] as RexNode) },
};

/** With a second operand that is TRUE, the type as it parses back: NULL for one that does not, as a CHAR(0). */
function typeOf([operand, isSerializable]: readonly RexNode[]): string | null {
  const { type } = operand as RexNode;
  const isTrue = isSerializable?.kind === 'literal' && isSerializable.value === true;
  if (!isTrue) return typeText(type);
  return isEmptyWithin(type) ? null : serializableTypeText(type);
}

function isEmptyWithin(type: LogicalType): boolean {
  switch (type.root) {
    case 'ARRAY':
    case 'MULTISET':
      return isEmptyWithin(type.element);
    case 'MAP':
      return isEmptyWithin(type.key) || isEmptyWithin(type.value);
    case 'ROW':
      return type.fields.some((field) => isEmptyWithin(field.type));
    default:
      return 'length' in type && type.length === 0;
  }
}
