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

/** With a second operand that is TRUE, the type as it parses back. */
function typeOf([operand, isSerializable]: readonly RexNode[]): string {
  const { type } = operand as RexNode;
  const isTrue = isSerializable?.kind === 'literal' && isSerializable.value === true;
  return (isTrue ? serializableTypeText : typeText)(type);
}
