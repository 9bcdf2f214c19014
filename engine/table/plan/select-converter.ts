import type { RexNode } from '../../expressions/rex-node.ts';
import type { ValidationException } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import type {
  Expression,
  ExpressionItem,
  FunctionCall,
  GroupBy,
  OrderItem,
  Select,
  WindowSpec,
} from '../parser/ast.ts';
import { containsAggregate, containsWindow, mentions } from '../validate/aggregate-search.ts';
import type { AggregateExpression, Clause, ConversionContext } from '../validate/conversion-context.ts';
import { expressionDigest } from '../validate/expression-digest.ts';
import { ExpressionConverter } from '../validate/expression-converter.ts';
import { Mistakes } from '../validate/mistakes.ts';
import { Scope } from '../validate/scope.ts';
import { selectName } from '../validate/select-names.ts';
import { invalid } from '../validate/validation-error.ts';
import type { ComputeConstants } from '../rules/simplify/constant-reducer.ts';
import {
  conditionForTree,
  havingForTree,
  isAlwaysTrue,
  simplifyForTree,
} from '../rules/simplify/simplify-for-tree.ts';
import { AggregateConverter } from './aggregate-converter.ts';
import { logicalFilter, logicalProject } from './builders.ts';
import { distinctRows } from './distinct-rows.ts';
import { groupingSetsOf } from './grouping-sets.ts';
import { orderKeys } from './order-converter.ts';
import type { OrderKeys, OrderedPlan } from './order-converter.ts';
import { withNotInside } from './not-inside.ts';
import type { PlannerSession, QueryText } from './planner-session.ts';
import { effectiveHints } from './query-hints.ts';
import { refusedValue } from './refused-join-keys.ts';
import type { RelationPlan } from './relation-plan.ts';
import type { LogicalNode } from './rel-node.ts';
import { isUnnamed } from '../rules/name-results.ts';
import { fieldNames, fieldOf, inputOf, isLiteral, nullLiteral } from './rex.ts';
import { SubqueryConverter } from './subquery-converter.ts';
import { Unplanned } from './unplanned.ts';

/** SELECT ... FROM ... WHERE ... GROUP BY ... HAVING over a FROM that is planned already. */
export class SelectConverter {
  readonly #session: PlannerSession;
  readonly #text: QueryText;
  readonly #select: Select;
  readonly #scope: Scope;
  readonly #unplanned: Unplanned;
  readonly #subqueries: SubqueryConverter;
  /** What is wrong with anything behind WHERE: nothing is made of the query then. */
  readonly #mistakes = new Mistakes();

  constructor(
    session: PlannerSession,
    text: QueryText,
    select: Select,
    from: RelationPlan,
    parent: Scope | undefined,
  ) {
    this.#session = session;
    this.#text = text;
    this.#select = select;
    this.#scope = new Scope(from.relations, parent);
    this.#unplanned = new Unplanned(session, text, this.#scope);
    this.#subqueries = new SubqueryConverter(session, text, this.#scope);
  }

  /** `orderBy`: what the rows are to be sorted by; the plan says by which of its columns, and has them all. */
  convert(from: LogicalNode, orderBy: readonly OrderItem[] = []): OrderedPlan {
    const { where, hints, qualify, distinct } = this.#select;
    const { source } = this.#text;
    for (const hint of effectiveHints(hints, this.#select.from, source)) {
      this.#unplanned.refuse(hint, `Hint ${hint.name.name}`);
    }
    const windows = this.#select.windows.map(({ name }) => name);
    const twice = windows.find(({ name }, i) => windows.some((each, k) => k < i && each.name === name));
    if (twice) throw invalid(source, twice, 'Duplicate window names not allowed');
    for (const { window } of this.#select.windows) this.#checkWindow(window);
    if (this.#select.stream) this.#unplanned.refuse(this.#select, 'SELECT STREAM');
    const { mistakes } = this.#session;
    if (qualify) mistakes.attempt(() => this.#checkQualify(qualify));
    const condition = where && mistakes.attempt(() => this.#condition(where));
    const input = condition ? filtered(from, condition) : from;
    const plan = this.#isGrouped() ? this.#grouped(input, orderBy) : this.#plain(input, orderBy);
    if (!distinct) return plan;
    const hidden = plan.keys.findIndex(({ column }) => column >= plan.fields.length);
    if (hidden >= 0) {
      throw invalid(
        source,
        orderBy[hidden] as OrderItem,
        'Expression of ORDER BY is not in the select clause',
      );
    }
    return { ...plan, node: distinctRows(plan.node) };
  }

  #condition(where: Expression): RexNode {
    const condition = this.#converter('WHERE').convertCondition(withNotInside(where));
    const refusal = refusedValue(condition);
    if (refusal !== undefined) this.#session.impossible.push(invalid(this.#text.source, where, refusal));
    return condition;
  }

  /** A window of the WINDOW clause holds together, whether a call uses it or not. */
  #checkWindow({ partitionBy, orderBy }: WindowSpec): void {
    const aggregate = ({ type }: AggregateExpression): RexNode => nullLiteral(type);
    const converter = this.#converter('PARTITION BY', { aggregate });
    for (const key of partitionBy) converter.convert(key);
    for (const { expression } of orderBy) converter.convert(expression);
  }

  /** A condition on window functions, which may use the aliases of the SELECT list. */
  #checkQualify(qualify: Expression): void {
    const { source } = this.#text;
    let hasWindow = containsWindow(qualify);
    const replace = (expression: Expression): RexNode | undefined => {
      const [name, more] = expression.kind === 'ColumnPath' ? expression.parts : [];
      if (!name || more) return undefined;
      const aliased = this.#select.items.filter(
        (item) => item.kind === 'ExpressionItem' && item.alias?.name === name.name,
      );
      const [item] = aliased;
      if (item?.kind !== 'ExpressionItem') return undefined;
      const isOwn =
        expressionDigest(item.expression, this.#scope) === expressionDigest(expression, this.#scope);
      if (aliased.length > 1 || (!isOwn && this.#scope.has(name))) {
        throw invalid(source, name, `Column '${name.name}' is ambiguous`);
      }
      hasWindow ||= containsWindow(item.expression);
      return isOwn ? undefined : this.#converter('QUALIFY').convert(item.expression);
    };
    this.#converter('QUALIFY', { replace }).convertCondition(qualify);
    if (!hasWindow) {
      const text = source.slice(qualify.span.start, qualify.span.end);
      throw invalid(source, qualify, `QUALIFY expression '${text}' must contain a window function`);
    }
    this.#unplanned.refuse(qualify, 'QUALIFY');
  }

  // ------------------------------------------------------------------------------------------------ plain

  #plain(input: LogicalNode, orderBy: readonly OrderItem[]): OrderedPlan {
    const converter = this.#converter('SELECT');
    const items = this.#items(converter, this.#mistakes, (expression) => converter.convert(expression));
    const order = this.#orderKeys(orderBy, items, {});
    this.#mistakes.throwAny();
    return projected(input, items, order, this.#session.compute);
  }

  /** `hooks`: those of the SELECT list. */
  #orderKeys(
    orderBy: readonly OrderItem[],
    items: readonly Item[],
    hooks: Partial<ConversionContext>,
  ): OrderKeys {
    const { isStreaming } = this.#session.environment;
    const { source } = this.#text;
    // Of an item that is wrong nothing is known.
    const known = this.#mistakes.count > 0 ? orderBy.filter((item) => !this.#dependsOnItems(item)) : orderBy;
    const keys = this.#mistakes.attempt(() =>
      orderKeys(known, items, { source, isStreaming }, (expression, alias) => {
        const replace = (each: Expression): RexNode | undefined => alias(each) ?? hooks.replace?.(each);
        return this.#converter('ORDER BY', { ...hooks, replace }).convert(expression);
      }),
    );
    return keys ?? { keys: [], extra: [] };
  }

  /** Whether a key may mean an item of the SELECT list: a number, or what names one. */
  #dependsOnItems({ expression }: OrderItem): boolean {
    if (expression.kind === 'NumberLiteral') return true;
    const names = this.#select.items.map((item) => (item.kind === 'Star' ? undefined : item.alias?.name));
    return mentions(expression, new Set(names));
  }

  /** The SELECT list, `*` expanded: a column that `*` gives is renamed where its name is taken, what is written out keeps its own. */
  #items(
    converter: ExpressionConverter,
    mistakes: Mistakes,
    convert: (expression: Expression, name: string) => RexNode,
  ): Item[] {
    const items: Item[] = [];
    for (const item of this.#select.items) {
      mistakes.attempt(() => {
        if (item.kind !== 'Star') return items.push(this.#named(item, items.length, convert));
        for (const { name, node } of converter.expandStar(item))
          items.push({ name: uniqueName(name, items), node });
        return items.length;
      });
    }
    return items;
  }

  #named(
    { alias, expression }: ExpressionItem,
    index: number,
    convert: (expression: Expression, name: string) => RexNode,
  ): Item {
    const name = alias?.name ?? selectName(expression, index);
    if (alias && name.trim() === '') {
      const message = 'Field names must contain at least one non-whitespace character.';
      throw invalid(this.#text.source, alias, message);
    }
    if (alias) this.#refuseNamedAgain(expression);
    return { name, node: convert(expression, name) };
  }

  /** Calcite names what USING merges itself, and does not find it under a further name, nor in HAVING. */
  #refuseNamedAgain(expression: Expression): void {
    const [name, second] = expression.kind === 'ColumnPath' ? expression.parts : [];
    if (!name || second) return;
    const isMerged = this.#scope.relations.some(
      ({ expressions, fields }) => expressions && fields[0]?.name === name.name,
    );
    if (isMerged) throw invalid(this.#text.source, name, `Column '${name.name}' is ambiguous`);
  }

  // ---------------------------------------------------------------------------------------------- grouped

  #isGrouped(): boolean {
    const { groupBy, having, items } = this.#select;
    const { environment } = this.#session;
    return (
      groupBy !== undefined ||
      having !== undefined ||
      items.some((item) => item.kind !== 'Star' && containsAggregate(item.expression, environment))
    );
  }

  #grouped(input: LogicalNode, orderBy: readonly OrderItem[]): OrderedPlan {
    const { groupBy, having } = this.#select;
    const keys = groupBy ? this.#keys(groupBy) : [];
    const keyOf = new Map(keys.map(({ digest, node }) => [digest, node]));
    const aggregates = this.#aggregates(input, keys, keyOf);
    const replace = (expression: Expression): RexNode | undefined => {
      const key = keyOf.size > 0 ? keyOf.get(expressionDigest(expression, this.#scope)) : undefined;
      return key && aggregates.key(key);
    };
    // An aggregate that is a SELECT item by itself gives its column the item's name.
    let item: { readonly expression: Expression; readonly name: string } | undefined;
    const aggregate = (call: AggregateExpression, syntax: FunctionCall): RexNode =>
      aggregates.call(call, syntax, item?.expression === syntax ? item.name : undefined);
    // Where a key is wrong, it is not known what is grouped.
    const isKnown = this.#mistakes.count === 0;
    const grouping = isKnown ? { isKeyed: keys.length > 0 } : undefined;
    const specialFunction = (syntax: FunctionCall): RexNode | undefined =>
      this.#groupingFunction(
        syntax,
        keyOf,
        aggregates,
        item?.expression === syntax ? item.name : undefined,
      ) ?? groupFunction?.(syntax);
    const { specialFunction: groupFunction } = this.#unplanned.hooks('SELECT', groupBy !== undefined);
    const hooks = { ...(grouping && { grouping }), replace, aggregate, specialFunction };

    const converter = this.#converter('SELECT', hooks);
    const ofItems = new Mistakes();
    const items = this.#items(converter, ofItems, (expression, name) => {
      item = { expression, name };
      return converter.convert(expression);
    });
    item = undefined;
    const inHaving = {
      ...hooks,
      replace: (expression: Expression): RexNode | undefined => {
        this.#refuseNamedAgain(expression);
        return replace(expression);
      },
    };
    const { compute } = this.#session;
    const condition =
      having &&
      this.#mistakes.attempt(() =>
        this.#converter('HAVING', inHaving).convertCondition(withNotInside(having)),
      );
    this.#mistakes.attempt(() => ofItems.throwAny());
    const order = this.#orderKeys(orderBy, items, hooks);
    // What is grouped, Flink asks when all names are known.
    this.#mistakes.throwAny(({ message }) => (message.endsWith('is not being grouped') ? 1 : 0));
    const aggregation = aggregates.build();
    const groups = condition ? havingGroups(aggregation, havingForTree(condition, compute)) : aggregation;
    return projected(groups, items, order, compute, true);
  }

  #aggregates(
    input: LogicalNode,
    keys: readonly Key[],
    keyOf: ReadonlyMap<string, RexNode>,
  ): AggregateConverter {
    const { groupBy } = this.#select;
    const { source } = this.#text;
    const { environment, compute } = this.#session;
    const mode = { source, isStreaming: environment.isStreaming, compute };
    if (!groupBy || this.#mistakes.count > 0) return new AggregateConverter(input, mode, keys);
    const all = groupingSetsOf(groupBy.items).map((set) =>
      set.map((expression) => keyOf.get(expressionDigest(expression, this.#scope)) as RexNode),
    );
    const sets = groupBy.distinct ? withoutRepeats(all) : all;
    const aggregates = new AggregateConverter(input, mode, keys, sets);
    if (aggregates.repeatsOneSet && environment.isStreaming) {
      this.#unplanned.refuse(groupBy, 'A grouping set without all keys that alone comes twice');
    }
    return aggregates;
  }

  /** GROUPING, GROUPING_ID and GROUP_ID of a query with GROUP BY. */
  #groupingFunction(
    syntax: FunctionCall,
    keyOf: ReadonlyMap<string, RexNode>,
    aggregates: AggregateConverter,
    name: string | undefined,
  ): RexNode | undefined {
    const [part, more] = syntax.name.parts;
    const functionName = part && !more ? part.name.toUpperCase() : '';
    const { source } = this.#text;
    const refuseCount = (expected: number): ValidationException =>
      invalid(
        source,
        syntax,
        `Invalid number of arguments to function '${functionName}'. Was expecting ${expected} arguments`,
      );
    if (functionName === 'GROUP_ID') {
      if (syntax.args.length > 0) throw refuseCount(0);
      return aggregates.groupId(name);
    }
    const isGrouping = functionName === 'GROUPING' || functionName === 'GROUPING_ID';
    if (!isGrouping || !this.#select.groupBy) return undefined;
    if (syntax.args.length === 0) throw refuseCount(1);
    const keys = syntax.args.map((argument): RexNode => {
      const key = keyOf.get(expressionDigest(argument as Expression, this.#scope));
      if (key) return key;
      throw invalid(source, argument, `Argument to ${functionName} operator must be a grouped expression`);
    });
    return aggregates.grouping(functionName, keys, name);
  }

  #keys({ items }: GroupBy): Key[] {
    const names = this.#namesOfItems();
    const converter = this.#converter('GROUP BY');
    const expressions = items.flatMap((item) =>
      item.kind === 'GroupingSets' && item.operator === 'EMPTY' ? [] : groupingSetsOf([item]).flat(),
    );
    return expressions.flatMap((expression): Key | readonly Key[] => {
      const digest = expressionDigest(expression, this.#scope);
      const name = names.get(digest);
      const node = this.#mistakes.attempt(() => converter.convert(expression));
      return node ? { digest, node, ...(name !== undefined && { name }) } : [];
    });
  }

  /** What the SELECT list calls its expressions, for keys that stand in it, too. */
  #namesOfItems(): Map<string, string> {
    const names = new Map<string, string>();
    this.#select.items.forEach((item, index) => {
      if (item.kind === 'Star') return;
      const digest = expressionDigest(item.expression, this.#scope);
      if (!names.has(digest)) names.set(digest, item.alias?.name ?? selectName(item.expression, index));
    });
    return names;
  }

  #converter(clause: Clause, hooks: Partial<ConversionContext> = {}): ExpressionConverter {
    const { source } = this.#text;
    return new ExpressionConverter(this.#session.environment, {
      source,
      scope: this.#scope,
      clause,
      windows: this.#select.windows,
      ...this.#unplanned.hooks(clause, this.#select.groupBy !== undefined),
      ...this.#subqueries.hooks(hooks.grouping !== undefined),
      ...(hooks.grouping && { rowSubquery: this.#subqueries.hooks(false).subquery }),
      ...hooks,
    });
  }
}

interface Item {
  readonly name: string;
  readonly node: RexNode;
}

/** A GROUP BY expression; `name`: what the SELECT list calls it. */
interface Key {
  readonly digest: string;
  readonly node: RexNode;
  readonly name?: string;
}

function uniqueName(name: string, items: readonly Item[]): string {
  let unique = name;
  for (let i = 0; items.some((item) => item.name === unique); i++) unique = `${name}${i}`;
  return unique;
}

function withoutRepeats(sets: readonly (readonly RexNode[])[]): readonly (readonly RexNode[])[] {
  const digest = (set: readonly RexNode[]): string =>
    [...new Set(set.map((node) => JSON.stringify(node)))].sort().join();
  return [...new Map(sets.map((set) => [digest(set), set])).values()];
}

function filtered(input: LogicalNode, condition: RexNode): LogicalNode {
  const shown = conditionForTree(condition);
  return isAlwaysTrue(shown) ? input : logicalFilter(input, shown);
}

/** The groups that HAVING leaves: with FALSE none, whatever was to be computed. */
function havingGroups(groups: LogicalNode, condition: RexNode): LogicalNode {
  const isNever = isLiteral(condition) && condition.value === false;
  if (!isNever) return logicalFilter(groups, condition);
  return { kind: 'LogicalValues', inputs: [], rows: [], rowType: groups.rowType };
}

/**
 * A projection to the items. Of an aggregation that has just these columns under these names, none is made; one whose items share names is
 * projected once more, as in Calcite.
 */
function projected(
  input: LogicalNode,
  written: readonly Item[],
  { keys, extra }: OrderKeys,
  compute: ComputeConstants,
  isAggregate = false,
): OrderedPlan {
  const isRepeated = isAggregate && new Set(written.map(({ name }) => name)).size < written.length;
  const items = isRepeated ? renumbered(written) : written;
  const names = [
    ...items.map(({ name }) => name),
    ...extra.map((node, i) =>
      node.kind === 'input' && !isUnnamed(fieldOf(input.rowType, node.index).name)
        ? fieldOf(input.rowType, node.index).name
        : `EXPR$${items.length + i}`,
    ),
  ];
  const nodes = [...items.map(({ node }) => node), ...extra].map((node) => simplifyForTree(node, compute));
  const fields = items.map(({ name, node }): RowField => ({ name, type: node.type }));
  const isIdentity = nodes.every((node, i) => node.kind === 'input' && node.index === i);
  const isSame = isAggregate && isIdentity && fieldNames(input.rowType).join('\0') === names.join('\0');
  const node = isSame ? input : logicalProject(input, nodes, names);
  if (!isRepeated || isIdentity) return { node, fields, keys };
  const columns = nodes.map((_, i) => inputOf(node.rowType, i));
  return { node: logicalProject(node, columns, names), fields, keys };
}

/** Items without a name go by how many names there are before them. */
function renumbered(items: readonly Item[]): Item[] {
  const names = new Set<string>();
  return items.map((item, i) => {
    const name = item.name === `EXPR$${i}` ? `EXPR$${names.size}` : item.name;
    names.add(name);
    return { ...item, name };
  });
}
