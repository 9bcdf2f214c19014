/**
 * The names an expression may use: the relations of a FROM clause, and behind them those of the query around it.
 *
 * Names are case-sensitive. A path is read as Calcite reads it: the longest prefix that names a relation, then a
 * column, then fields of it; and only where no prefix names a relation is the first part a column.
 */

import type { RowField } from '../../types/logical-type.ts';
import type { Identifier } from '../parser/ast.ts';

/** One relation of FROM. Its columns are input columns `firstInput`, `firstInput + 1`, ... */
export interface Relation {
  /** The alias alone, or the whole path of a table without one: `a.b.t` answers to `t`, `b.t` and `a.b.t`. Empty: no name. */
  readonly path: readonly string[];
  readonly fields: readonly RowField[];
  readonly firstInput: number;
  /** Columns that stand for those of a relation before (USING, NATURAL): found when qualified, left out of `*`. */
  readonly hidden?: ReadonlySet<number>;
}

/** A column that was found: `level` 0 is the innermost query, 1 the one around it. */
export interface ResolvedColumn {
  readonly relation: Relation;
  /** Position in `relation.fields`. */
  readonly field: number;
  /** Position in the input row: `relation.firstInput + field`. */
  readonly index: number;
  readonly level: number;
  /** How many parts of the path were used; those behind it are fields of a ROW. */
  readonly consumed: number;
  readonly scope: Scope;
}

export declare class Scope {
  readonly relations: readonly Relation[];
  readonly parent: Scope | undefined;

  constructor(relations: readonly Relation[], parent?: Scope);

  /** The column that `parts` begins with. `source` is the SQL text, for the position of the ValidationException on a miss. */
  resolve(parts: readonly Identifier[], source: string): ResolvedColumn;
}
