/**
 * The names an expression may use: the relations of a FROM clause, and behind them those of the query around it.
 *
 * Names are case-sensitive. A path is read as Calcite reads it: the longest prefix that names a relation, then a
 * column, then fields of it; and only where no prefix names a relation is the first part a column. Where a relation
 * has no column of a name, the fields of its ROWs answer to it, however deep they lie.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import type { Identifier } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, spanOver } from './validation-error.ts';

/** One relation of FROM. Its columns are input columns `firstInput`, `firstInput + 1`, ... */
export interface Relation {
  /** The alias alone, or the whole path of a table without one: `a.b.t` answers to `t`, `b.t` and `a.b.t`. Empty: no name. */
  readonly path: readonly string[];
  readonly fields: readonly RowField[];
  readonly firstInput: number;
  /** Columns that stand for those of a relation before (USING, NATURAL): found when qualified, left out of `*`. */
  readonly hidden?: ReadonlySet<number>;
  /** How the columns are computed of the input, where they are no columns of it: what USING and NATURAL merge. */
  readonly expressions?: readonly RexNode[];
  /** Shown by `*`, and ambiguous where it is named: what NATURAL merges. */
  readonly isOfStarAlone?: boolean;
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
  /** Fields of ROWs that lead from the column to what the last used part names: `x` alone finds `r.x`. */
  readonly inner: readonly number[];
  readonly scope: Scope;
}

export class Scope {
  readonly relations: readonly Relation[];
  readonly parent: Scope | undefined;

  constructor(relations: readonly Relation[], parent?: Scope) {
    this.relations = relations;
    this.parent = parent;
  }

  /** The column that `parts` begins with. `source` is the SQL text, for the position of the ValidationException on a miss. */
  resolve(parts: readonly Identifier[], source: string): ResolvedColumn {
    const [first] = parts;
    if (!first) throw new RangeError('an empty path');
    for (let used = parts.length - 1; used > 0; used--) {
      const qualified = this.#qualified(parts, used, source, 0);
      if (qualified) return qualified;
    }
    return this.#unqualified(first, parts, source, 0) ?? this.#missing(parts, source);
  }

  /** Whether a relation of this query has a column of the name. */
  has(name: Identifier): boolean {
    return this.relations.some(({ fields }) => positions(fields, name.name).length > 0);
  }

  /** The relation that a path names, in this scope or around it. */
  findRelation(path: readonly string[]): Relation | undefined {
    return (
      this.relations.find((relation) => answersTo(relation.path, path)) ?? this.parent?.findRelation(path)
    );
  }

  /** Names of all columns, for suggestions. */
  columnNames(): string[] {
    const names = this.relations.flatMap(({ fields }) => fields.map((field) => field.name));
    return this.parent ? [...names, ...this.parent.columnNames()] : names;
  }

  /** Names by which relations can be addressed. */
  relationNames(): string[] {
    const names = this.relations.flatMap(({ path }) => path.slice(-1));
    return this.parent ? [...names, ...this.parent.relationNames()] : names;
  }

  #qualified(
    parts: readonly Identifier[],
    used: number,
    source: string,
    level: number,
  ): ResolvedColumn | undefined {
    const path = parts.slice(0, used).map((part) => part.name);
    const relation = this.relations.find((each) => answersTo(each.path, path));
    if (!relation) return this.parent && this.parent.#qualified(parts, used, source, level + 1);
    const name = parts[used] as Identifier;
    const found = positions(relation.fields, name.name);
    if (found.length > 1) throw invalid(source, name, `Column '${name.name}' is ambiguous`);
    const [position] = found;
    if (!position) {
      const known = relation.fields.map((each) => each.name);
      const message = `Column '${name.name}' not found in table '${path.join('.')}'`;
      throw invalid(source, name, message + hint(name.name, known), nearestNames(name.name, known));
    }
    return this.#resolved(relation, position, level, used + 1);
  }

  #unqualified(
    name: Identifier,
    parts: readonly Identifier[],
    source: string,
    level: number,
  ): ResolvedColumn | undefined {
    const found: ResolvedColumn[] = [];
    for (const relation of this.relations) {
      for (const position of positions(relation.fields, name.name)) {
        if (relation.hidden?.has(position.field)) continue;
        // A path of several parts goes on into a ROW; of a plain column it would be nonsense, and is read as a table's.
        if (parts.length > 1 && position.type.root !== 'ROW') continue;
        found.push(this.#resolved(relation, position, level, 1));
      }
    }
    if (found.length > 1 || found[0]?.relation.isOfStarAlone)
      throw invalid(source, name, `Column '${name.name}' is ambiguous`);
    return found[0] ?? (this.parent && this.parent.#unqualified(name, parts, source, level + 1));
  }

  #resolved(relation: Relation, { field, inner }: Position, level: number, consumed: number): ResolvedColumn {
    return { relation, field, inner, index: relation.firstInput + field, level, consumed, scope: this };
  }

  #missing(parts: readonly Identifier[], source: string): never {
    const [first] = parts as [Identifier];
    if (parts.length === 1) {
      const known = this.columnNames();
      const message = `Column '${first.name}' not found in any table`;
      throw invalid(source, first, message + hint(first.name, known), nearestNames(first.name, known));
    }
    const prefix = parts.slice(0, -1);
    const name = prefix.map((part) => part.name).join('.');
    const known = this.relationNames();
    const message = `Table '${name}' not found`;
    throw invalid(
      source,
      spanOver(first, prefix.at(-1) ?? first),
      message + hint(name, known),
      nearestNames(name, known),
    );
  }
}

// Flink's own hint: only the case is wrong.
function hint(name: string, known: readonly string[]): string {
  const match = known.find((each) => each.toLowerCase() === name.toLowerCase());
  return match === undefined ? '' : `; did you mean '${match}'?`;
}

function answersTo(path: readonly string[], asked: readonly string[]): boolean {
  const from = path.length - asked.length;
  return from >= 0 && asked.length > 0 && asked.every((part, i) => path[from + i] === part);
}

/** Where a name was found: a column, and the way from it into a ROW. */
interface Position {
  readonly field: number;
  readonly inner: readonly number[];
  readonly type: LogicalType;
}

/** The columns of a name, or else the fields of that name in the ROWs. */
function positions(fields: readonly RowField[], name: string): Position[] {
  const found: Position[] = [];
  fields.forEach((each, field) => {
    if (each.name === name) found.push({ field, inner: [], type: each.type });
  });
  if (found.length > 0) return found;
  fields.forEach(({ type }, field) => {
    if (type.root !== 'ROW') return;
    for (const inside of positions(type.fields, name))
      found.push({ ...inside, field, inner: [inside.field, ...inside.inner] });
  });
  return found;
}
