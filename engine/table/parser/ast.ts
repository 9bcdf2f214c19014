/**
 * The syntax tree of Flink SQL: what `parser.ts` makes and `unparse.ts` prints.
 *
 * Plain, immutable data: a discriminated union by `kind`, no classes, no parent links, so a tree can be posted to
 * a worker and compared field by field. It says what was written, not what it means: names are unresolved, number
 * literals keep their text, and nothing is folded. Two spellings that Flink treats alike give one tree:
 * `LIMIT 5` and `FETCH NEXT 5 ROWS ONLY`, `FROM f(...)` and `FROM TABLE(f(...))`, `SUBSTRING(s FROM 1)` and
 * `SUBSTRING(s, 1)`. Hence `parse(unparse(tree))` equals the tree, spans aside.
 *
 * Every node has a `span` of offsets into the text it was parsed from (the whole script, for a script).
 * An optional part that was not written is absent or `undefined`; a list that was not written is empty.
 */

export type * from './ast/node.ts';
export type * from './ast/data-types.ts';
export type * from './ast/expressions.ts';
export type * from './ast/queries.ts';
export type * from './ast/ddl.ts';
export type * from './ast/statements.ts';
export { positionAt, positionOf } from './ast/position.ts';
