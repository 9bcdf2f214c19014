/** What an expression may ask about the session. */

import type { LogicalType } from '../../types/logical-type.ts';
import type { UserFunction } from '../catalog/user-function.ts';
import type { Span } from '../parser/ast.ts';

export interface ConverterEnvironment {
  /** `table.local-time-zone`. */
  readonly timeZone: string;
  readonly isStreaming: boolean;
  readonly currentDatabase: string;
  /** A function that a user registered, by its path as written: temporary system, then temporary, then catalog functions. */
  findUserFunction?(path: readonly string[]): UserFunction | undefined;
  /**
   * Whether a function or operator, by the name in plans, can be computed for operands of these types; absent: all are
   * taken to be. The answer of `engine/expressions`.
   */
  hasRuntime?(operator: string, operandTypes: readonly LogicalType[], resultType: LogicalType): boolean;
  /** Likewise for an aggregate function. */
  hasAggregate?(name: string, operandTypes: readonly LogicalType[]): boolean;
  /** Told of each operand that is cast though nobody wrote it, where Flink keeps the cast in the text of a view. */
  readonly noteCast?: ((operand: { readonly span: Span }, type: LogicalType) => void) | undefined;
}
