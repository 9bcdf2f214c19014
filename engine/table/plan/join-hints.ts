import type { FromItem, Hint, Select } from '../parser/ast.ts';
import { withInputs } from './builders.ts';
import { isJoinStrategy, tableNamesOf } from './query-hints.ts';
import type { JoinHint, LogicalJoin, LogicalNode, WrittenHint } from './rel-node.ts';

/**
 * What a query says of how its joins are to be run, such as BROADCAST(d): all of its joins show it, and those obey that have the table on a
 * side.
 */
export class JoinHints {
  readonly #hints: readonly (WrittenHint & { readonly name: JoinHint['strategy'] })[];

  constructor(hints: readonly Hint[]) {
    this.#hints = hints.flatMap((hint) => {
      const name = hint.name.name.toUpperCase();
      return isJoinStrategy(name) ? [{ name, tables: tableNamesOf(hint), inheritPath: [] }] : [];
    });
  }

  get isEmpty(): boolean {
    return this.#hints.length === 0;
  }

  /** `node` with what is said of its join; `left` and `right`: names of the tables that it joins, unless they are joins themselves. */
  onto(node: LogicalNode, left: string | undefined, right: string | undefined): LogicalNode {
    if (this.isEmpty) return node;
    // Keys that are expressions have a projection above their join.
    if (node.kind === 'LogicalProject') return withInputs(node, [this.onto(node.inputs[0], left, right)]);
    if (node.kind !== 'LogicalJoin') return node;
    const hints = this.#about(left, right);
    return { ...node, writtenHints: this.#hints, ...(hints.length > 0 && { hints }) };
  }

  #about(left: string | undefined, right: string | undefined): JoinHint[] {
    return this.#hints.flatMap(({ name, tables }): JoinHint[] => {
      const table = tables.find((each) => each === left || each === right);
      return table === undefined ? [] : [{ strategy: name, side: table === left ? 'left' : 'right' }];
    });
  }
}

/** Whether a query, or one within it, has hints on joins. */
export function hasJoinHints(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(hasJoinHints);
  if (typeof part !== 'object' || part === null) return false;
  const { kind, hints } = part as Partial<Pick<Select, 'kind' | 'hints'>>;
  if (kind === 'Select' && hints && !new JoinHints(hints).isEmpty) return true;
  return Object.values(part).some(hasJoinHints);
}

/** The plan of a query with the way to each join that its hints are shown at; anew where a sort has come on top. */
export function withInheritPaths(root: LogicalNode): LogicalNode {
  const visit = (node: LogicalNode, path: readonly number[]): LogicalNode => {
    const inputs = node.inputs.map((input, i) => visit(input, [...path, i]));
    const visited = inputs.some((input, i) => input !== node.inputs[i]) ? withInputs(node, inputs) : node;
    return visited.kind === 'LogicalJoin' && visited.writtenHints ? atPath(visited, path) : visited;
  };
  return visit(root, []);
}

function atPath(join: LogicalJoin, inheritPath: readonly number[]): LogicalJoin {
  const written = join.writtenHints ?? [];
  // Those of a query within have theirs.
  const isWithin = (path: readonly number[]): boolean =>
    path.length > 0 && path.join() !== inheritPath.slice(1).join();
  if (written.some((hint) => isWithin(hint.inheritPath))) return join;
  return { ...join, writtenHints: written.map((hint) => ({ ...hint, inheritPath })) };
}

/** A table of FROM as hints call it. */
export function hintedName(item: FromItem): string | undefined {
  if (item.kind === 'Join') return undefined;
  return item.alias?.name.name ?? (item.kind === 'TableRef' ? item.name.parts.at(-1)?.name : undefined);
}

/** A table with the name that the syntax tree shows it by; views show theirs within. */
export function withAlias(node: LogicalNode, alias: string | undefined): LogicalNode {
  if (node.kind === 'LogicalTableScan') return alias === undefined || node.alias ? node : { ...node, alias };
  if (node.kind !== 'LogicalProject' && node.kind !== 'LogicalWatermarkAssigner') return node;
  const [input] = node.inputs;
  const named = withAlias(input, alias);
  return named === input ? node : withInputs(node, [named]);
}
