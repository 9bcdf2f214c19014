/** Structured objects: rows with a class name, made and changed by the names of their fields. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { literalText } from '../../expressions/literal-value.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import { isCharacter } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import { defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition } from './function-definition.ts';
import { typeAt } from './result-types.ts';

const bridging = defineBridging('construction');

/** Names of Java: letters, digits, `_` and `$`, in parts with points between. */
const CLASS_NAME = /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u;

/** The fields of names and values in turn, from operand `from` on. */
function fieldsOf({ operands }: CallSite, from: number): RowField[] {
  const fields: RowField[] = [];
  for (let i = from; i + 1 < operands.length; i += 2) {
    fields.push({ name: literalText(operands[i]) ?? '', type: typeOf(operands[i + 1]) });
  }
  return fields;
}

const typeOf = (node: RexNode | undefined) =>
  typeAt({ operands: node ? [node] : [], isKeyed: false, hasFilter: false }, 0);

function namesFault(call: CallSite, from: number): string | undefined {
  const { operands } = call;
  if ((operands.length - from) % 2 !== 0) return 'A value is missing: names and values come in pairs.';
  const seen = new Set<string>();
  for (let i = from; i < operands.length; i += 2) {
    const name = literalText(operands[i]);
    if (name === undefined) {
      return `The field key at position ${i + 1} must be a non-nullable character string literal.`;
    }
    if (seen.has(name)) return `The field name '${name}' at position ${i + 1} is repeated.`;
    seen.add(name);
  }
  const isNull = operands.some((operand, i) => i >= from && operand.type.root === 'NULL');
  return isNull ? 'A bare NULL has no type: cast it.' : undefined;
}

function objectOfFault(call: CallSite): string | undefined {
  const [first] = call.operands;
  const className = literalText(first);
  if (className === undefined) {
    const given = first && !isCharacter(first.type) ? `, but was ${typeText(first.type)}` : ' literal';
    return `The first argument must be a non-nullable character string${given} representing the class name.`;
  }
  if (!CLASS_NAME.test(className)) {
    return `Invalid class name '${className}'. The class name must comply with JVM identifier rules.`;
  }
  return namesFault(call, 1);
}

function objectUpdateFault(call: CallSite): string | undefined {
  const type = typeOf(call.operands[0]);
  if (type.root !== 'ROW' || type.className === undefined) {
    return `The first argument must be a structured type, but was ${typeText(type)}.`;
  }
  const names = type.fields.map((field) => field.name);
  for (let i = 1; i < call.operands.length; i += 2) {
    const name = literalText(call.operands[i]);
    if (name !== undefined && !names.includes(name)) {
      return `The field name '${name}' at position ${i + 1} is not part of the structured type attributes. Available attributes: [${names.join(', ')}].`;
    }
  }
  return namesFault(call, 1);
}

export const STRUCTURED_FUNCTIONS: readonly FunctionDefinition[] = [
  bridging(
    'OBJECT_OF',
    'A structured object of a class name, then names and values of its fields.',
    'ANY+',
    (call): RowType => ({
      root: 'ROW',
      className: literalText(call.operands[0]) ?? '',
      fields: fieldsOf(call, 1),
      nullable: true,
    }),
    {
      check: objectOfFault,
      refuses: ({ operands }) => (operands.length === 1 ? 'A structured object without fields' : undefined),
      acceptsNull: true,
    },
  ),
  bridging(
    'OBJECT_UPDATE',
    'A structured object with other values in the fields that are named.',
    'ANY+',
    (call) => {
      const type = typeOf(call.operands[0]);
      if (type.root !== 'ROW') return type;
      const changes = new Map(fieldsOf(call, 1).map((field) => [field.name, field] as const));
      return { ...type, fields: type.fields.map((field) => changes.get(field.name) ?? field) };
    },
    { check: objectUpdateFault, acceptsNull: true },
  ),
];
