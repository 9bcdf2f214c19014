import type { ValidationException } from '../../types/errors.ts';
import type { Identifier, Join, Span } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';
import type { PlannedRelation, RelationPlan } from './relation-plan.ts';

/** A column that both sides of a join have, and the input columns that it is made of on each. */
export interface SharedColumn {
  readonly name: string;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Columns of USING; of NATURAL those that both sides have, in the order of the left. */
export function sharedColumns(
  join: Join,
  left: RelationPlan,
  right: RelationPlan,
  source: string,
): SharedColumn[] {
  const { condition, natural, span } = join;
  const names = condition?.kind === 'Using' ? condition.columns : [];
  const both = natural ? commonNames(left, right) : [];
  for (const name of both) {
    const isRepeated = [left, right].some(
      (side) => visibleColumns(side).filter((each) => each.name === name).length > 1,
    );
    if (isRepeated) throw notUnique(name, source, naturalAt(join, source));
  }
  return [...names, ...both.map((name) => ({ name, span }))].map((name) => ({
    name: name.name,
    left: columnOf(left, name, source),
    right: columnOf(right, name, source),
  }));
}

function columnOf(side: RelationPlan, name: Omit<Identifier, 'kind'>, source: string): readonly number[] {
  // Of several tables that have it, as in Flink, the first one's.
  for (const relation of side.relations) {
    const [column, second] = columnsOf(relation).filter((each) => each.name === name.name);
    if (second) throw notUnique(name.name, source, name);
    if (column) return column.inputs;
  }
  throw invalid(source, name, `Column '${name.name}' not found in any table`);
}

function notUnique(name: string, source: string, at: { readonly span: Span }): ValidationException {
  return invalid(
    source,
    at,
    `Column name '${name}' in NATURAL join or USING clause is not unique on one side of join`,
  );
}

/** The word NATURAL of a join. */
function naturalAt({ left, span }: Join, source: string): { readonly span: Span } {
  const at = source.toUpperCase().indexOf('NATURAL', left.span.end);
  return { span: at < 0 ? span : { start: at, end: at + 'NATURAL'.length } };
}

interface VisibleColumn {
  readonly name: string;
  /** One, or those that USING has merged. */
  readonly inputs: readonly number[];
}

function visibleColumns({ relations }: RelationPlan): VisibleColumn[] {
  return relations.flatMap(columnsOf);
}

function columnsOf(relation: PlannedRelation): VisibleColumn[] {
  return relation.fields.flatMap((field, i) =>
    relation.hidden?.has(i)
      ? []
      : [{ name: field.name, inputs: relation.merged ?? [relation.firstInput + i] }],
  );
}

function commonNames(left: RelationPlan, right: RelationPlan): string[] {
  const names = new Set(visibleColumns(right).map(({ name }) => name));
  return [...new Set(visibleColumns(left).map(({ name }) => name))].filter((name) => names.has(name));
}

/** Merged columns are shown by `*` and found by their bare names, instead of those that they are made of. */
export function withoutColumns(relation: PlannedRelation, replaced: ReadonlySet<number>): PlannedRelation[] {
  if (relation.merged) return relation.merged.some((index) => replaced.has(index)) ? [] : [relation];
  const hidden = relation.fields.flatMap((_, i) => (replaced.has(relation.firstInput + i) ? [i] : []));
  return [
    hidden.length === 0
      ? relation
      : { ...relation, hidden: new Set([...(relation.hidden ?? []), ...hidden]) },
  ];
}
