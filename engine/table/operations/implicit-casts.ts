/** Casts that nobody wrote, and which Flink writes down where it keeps an expression as text. */

import type { LogicalType } from '../../types/logical-type.ts';
import type { Cast, Expression } from '../parser/ast.ts';
import { castType } from './cast-type.ts';
import { mapTree } from './map-tree.ts';

/** The type that an expression is cast to, by the expression. */
export class ImplicitCasts {
  readonly #types = new Map<object, LogicalType>();

  /** Goes to `ConverterEnvironment.noteCast`. */
  readonly note = (operand: object, type: LogicalType): void => void this.#types.set(operand, type);

  /** `rewritten`, which was made of `node`, with the cast around it that `node` has. */
  around<T>(node: object, rewritten: T): T {
    const type = this.#types.get(node);
    if (!type) return rewritten;
    const operand: Expression = rewritten as T & Expression;
    const cast: Cast = { kind: 'Cast', span: operand.span, isTry: false, operand, type: castType(type) };
    return cast as T;
  }

  /** The same tree with all casts in it. */
  within<T>(tree: T): T {
    return this.#types.size === 0 ? tree : mapTree(tree, (node, before) => this.around(before, node));
  }
}
