/** Function calls: built-in and users' functions, aggregates, and calls with OVER. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { TableFunctionCall } from '../../operators/operator-spec.ts';
import { typeText } from '../../types/type-text.ts';
import type { UserFunction, UserFunctionSignature } from '../catalog/user-function.ts';
import { userFunctionKey } from '../catalog/user-function.ts';
import type { CallSite, FunctionDefinition } from '../functions/function-definition.ts';
import { findFunction, functionNames } from '../functions/functions.ts';
import { symbolLiteral } from '../functions/temporal-functions.ts';
import type { Argument, Expression, FunctionCall, OrderItem, Span, WindowSpec } from '../parser/ast.ts';
import { checkTimeUnit } from './time-units.ts';
import type { AggregateExpression, ConversionContext, SortKey } from './conversion-context.ts';
import type { ConverterEnvironment } from './converter-environment.ts';
import type { ExpressionConverter } from './expression-converter.ts';
import { jsonCall } from './json-call.ts';
import { Mistakes, convertEach } from './mistakes.ts';
import { checkCall, signatureText } from './function-call.ts';
import type { CheckedCall } from './function-call.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { remainder } from './remainder.ts';
import { checkUserCall, signatureOfCall } from './user-call.ts';
import { invalid, notSupported } from './validation-error.ts';

const INCOMPARABLE = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW', 'BINARY', 'VARBINARY', 'VARIANT', 'BITMAP']);
/** What has no order and can be told apart all the same. */
const ONLY_DISTINCT = new Set(['ARRAY', 'VARIANT', 'BITMAP']);

const TREATS_NULLS = new Set(['ARRAY_AGG', 'LAG', 'LEAD']);

export class CallConverter {
  readonly #environment: ConverterEnvironment;
  readonly #context: ConversionContext;
  readonly #expressions: ExpressionConverter;

  constructor(
    environment: ConverterEnvironment,
    context: ConversionContext,
    expressions: ExpressionConverter,
  ) {
    this.#environment = environment;
    this.#context = context;
    this.#expressions = expressions;
  }

  convert(call: FunctionCall): RexNode {
    const special = this.#context.specialFunction?.(call);
    if (special) return special;
    const path = call.name.parts.map((part) => part.name);
    const user = this.#environment.findUserFunction?.(path);
    if (user && (user.database === undefined || !this.#builtIn(path))) return this.#userCall(user, call);
    const definition = this.#builtIn(path);
    if (!definition) throw this.#unknown(call);
    if (call.over !== undefined) return this.#overCall(definition, call);
    if (definition.kind === 'aggregate') return this.#aggregateCall(definition, call);
    if (definition.kind === 'over')
      throw this.#invalid(call, 'OVER clause is necessary for window functions');
    this.#refuseAggregateSyntax(definition, call);
    if (definition.group === 'window') {
      throw this.#invalid(call, `Group function '${definition.name}' can only appear in GROUP BY clause`);
    }
    if (definition.kind === 'table') {
      throw this.#invalid(call, `${definition.name} is a table function: it stands in FROM`);
    }
    if (definition.group === 'match') {
      throw this.#invalid(call, `Function '${definition.name}' can only be used in MATCH_RECOGNIZE`);
    }
    if (definition.name === 'NULLIF') return this.#nullIf(call);
    return this.#scalarCall(definition, call);
  }

  /** The node of a checked call: rewritten, renamed, or plain. */
  build(definition: FunctionDefinition, { operands, type }: CheckedCall): RexNode {
    if (definition.name === 'CURRENT_DATABASE') {
      const name = this.#constant(this.#environment.currentDatabase, type);
      return { kind: 'call', operator: definition.name, operands: [name], type };
    }
    if (definition.rewrite) return definition.rewrite(operands, type);
    const operator = definition.operator ?? definition.name;
    if (operator === 'MOD') return remainder(operands, type);
    return { kind: 'call', operator, operands, type };
  }

  #builtIn(path: readonly string[]): FunctionDefinition | undefined {
    const [name] = path;
    const definition = path.length === 1 && name !== undefined ? findFunction(name) : undefined;
    // Operators have names that no call can have.
    return definition &&
      (definition.syntax === 'function' || definition.syntax === 'bare' || definition.syntax === 'special')
      ? definition
      : undefined;
  }

  #scalarCall(definition: FunctionDefinition, call: FunctionCall): RexNode {
    const { source } = this.#context;
    const json = jsonCall(definition, call, { source, convert: (argument) => this.argument(argument) });
    if (json) return json;
    const operands = this.#arguments(call, definition.isBridging);
    const place = {
      source: this.#context.source,
      call,
      operands: call.args,
      noteCast: this.#environment.noteCast,
    };
    if (!definition.expand) {
      const node = this.#checked(definition, operands, place);
      const written = writtenName(definition, call);
      return written !== undefined && node.kind === 'call' ? { ...node, written } : node;
    }
    const count = operands.length;
    if (count !== 1) checkCall(definition, site(operands), place);
    const { name, operands: expanded } = definition.expand(operands);
    const other = findFunction(name) as FunctionDefinition;
    return this.#checked(other, expanded, { ...place, operands: [call, ...call.args] });
  }

  #checked(
    definition: FunctionDefinition,
    operands: readonly RexNode[],
    place: Parameters<typeof checkCall>[2],
  ): RexNode {
    const call = site(operands);
    const checked = checkCall(definition, call, place);
    const refusal = checkTimeUnit(definition.name, call);
    if (refusal !== undefined) throw this.#invalid(place.call, refusal);
    return this.build(definition, checked);
  }

  /** An argument: a value, or a word of special syntax as a literal of type SYMBOL. */
  argument(argument: Argument): RexNode {
    switch (argument.kind) {
      case 'Symbol':
        return symbolLiteral(argument.text);
      case 'Star':
        throw this.#invalid(argument, "Unknown identifier '*'");
      case 'NamedArgument':
        throw notSupported(
          this.#context.source,
          argument,
          'A named argument of a function without named parameters',
        );
      case 'TableArgument':
      case 'DescriptorArgument':
      case 'ModelArgument':
        throw this.#invalid(argument, 'This argument belongs to a table function in FROM');
      default:
        return this.#expressions.convertOrNull(argument);
    }
  }

  #arguments({ args }: FunctionCall, isBridging = false): RexNode[] {
    return convertEach(args, (argument) =>
      isBridging ? this.#bridgedArgument(argument) : this.argument(argument),
    );
  }

  #bridgedArgument(argument: Argument): RexNode {
    return argument.kind === 'MapConstructor' || argument.kind === 'ArrayConstructor'
      ? this.#expressions.convertWithoutInference(argument)
      : this.argument(argument);
  }

  #nullIf(call: FunctionCall): RexNode {
    const [value, other] = call.args as readonly Expression[];
    if (!value || !other || call.args.length !== 2) {
      throw this.#invalid(
        call,
        "Invalid number of arguments to function 'NULLIF'. Was expecting 2 arguments",
      );
    }
    return this.#expressions.nullIf(value, other, call);
  }

  #refuseAggregateSyntax({ name }: { readonly name: string }, call: FunctionCall): void {
    if (call.quantifier) throw this.#invalid(call, `DISTINCT/ALL not allowed with ${name} function`);
    if (call.filter) throw this.#invalid(call, 'FILTER must be applied to aggregate function');
    if (call.withinDistinct) throw this.#invalid(call, `WITHIN DISTINCT not allowed with ${name} function`);
    if (call.withinGroup || call.orderBy.length > 0) {
      throw this.#invalid(call, `Function '${name}' must not contain an ORDER BY or WITHIN GROUP clause`);
    }
    if (call.nullTreatment) {
      throw this.#invalid(call, `Cannot specify IGNORE NULLS or RESPECT NULLS following '${name}'`);
    }
  }

  // ------------------------------------------------------------------------------------------- aggregates

  #aggregateCall(definition: FunctionDefinition, call: FunctionCall): RexNode {
    const { clause } = this.#context;
    if (!this.#context.aggregate) {
      if (clause === 'FILTER') throw this.#invalid(call, 'FILTER must not contain aggregate expression');
      throw this.#invalid(call, `Aggregate expression is illegal in ${clause} clause`);
    }
    const isKeyed = this.#context.grouping?.isKeyed ?? false;
    return this.#context.aggregate(this.#aggregateOf(definition, call, isKeyed), call);
  }

  #aggregateOf(definition: FunctionDefinition, call: FunctionCall, isKeyed: boolean): AggregateExpression {
    const { name } = definition;
    if (call.withinGroup && name !== 'JSON_ARRAYAGG' && name !== 'COLLECT') {
      throw this.#invalid(call, `Aggregate expression '${name}' must not contain a WITHIN GROUP clause`);
    }
    // Flink passes over it, and counts what is not distinct.
    if (call.withinDistinct) throw notSupported(this.#context.source, call, 'WITHIN DISTINCT');
    if (call.nullTreatment && !TREATS_NULLS.has(name)) {
      throw this.#invalid(call, `Cannot specify IGNORE NULLS or RESPECT NULLS following '${name}'`);
    }
    const inner = this.#argumentConverter('Aggregate expressions cannot be nested', call);
    const isStar = name === 'COUNT' && call.args.length === 1 && isPlainStar(call.args[0]);
    const mistakes = new Mistakes();
    const operands = isStar
      ? []
      : (mistakes.attempt(() => convertEach(call.args, (argument) => inner.argument(argument))) ?? []);
    const filter = call.filter && mistakes.attempt(() => this.#filter(call.filter as Expression));
    mistakes.throwAny();
    const callSite: CallSite = { operands, isKeyed, hasFilter: filter !== undefined };
    const place = {
      source: this.#context.source,
      call,
      operands: call.args,
      noteCast: this.#environment.noteCast,
    };
    const checked: CheckedCall = isStar
      ? { operands: [], type: { root: 'BIGINT', nullable: false } }
      : checkCall(definition, callSite, place);
    // COUNT of several columns asks those alone that may be NULL.
    const isOfSeveral = name === 'COUNT' && checked.operands.length > 1 && call.quantifier !== 'DISTINCT';
    const asked = isOfSeveral ? checked.operands.filter(({ type }) => type.nullable) : checked.operands;
    this.#refuseAggregate(name, asked, call);
    const written = writtenName(definition, call);
    return {
      function: name,
      ...(written !== undefined && { written }),
      operands: asked,
      distinct: call.quantifier === 'DISTINCT',
      ...(filter && { filter }),
      orderBy: [...call.orderBy, ...(call.withinGroup ?? [])].map((item) => inner.sortKey(item)),
      ignoreNulls: call.nullTreatment === 'IGNORE',
      type: checked.type,
    };
  }

  #refuseAggregate(name: string, operands: readonly RexNode[], call: FunctionCall): void {
    if (name === 'COUNT' && operands.length > 1)
      throw this.#invalid(call, 'We now only support the count of one field.');
    const root = operands[0]?.type.root ?? '';
    if ((name === 'MIN' || name === 'MAX') && (INCOMPARABLE.has(root) || root.startsWith('INTERVAL'))) {
      const title = name === 'MIN' ? 'Min' : 'Max';
      throw this.#invalid(
        call,
        `${title} aggregate function does not support type: ''${root}''.\nPlease re-check the data type.`,
      );
    }
    // Batch mode groups by what is DISTINCT, and only refuses what it cannot sort.
    const isByRow = !this.#environment.isStreaming && root === 'ROW';
    if (call.quantifier === 'DISTINCT' && INCOMPARABLE.has(root) && !ONLY_DISTINCT.has(root) && !isByRow) {
      throw this.#invalid(
        call,
        `Distinct aggregate function does not support type: ${root}.\nPlease re-check the data type.`,
      );
    }
    const types = operands.map((operand) => operand.type);
    if (this.#environment.hasAggregate?.(name, types) === false) {
      throw notSupported(
        this.#context.source,
        call,
        `Aggregate function ${name} of ${types.map(typeText).join(', ') || '*'}`,
      );
    }
  }

  // Arguments are computed over the rows that are aggregated: no keys, no aggregates.
  #argumentConverter(nested: string, call: FunctionCall) {
    const { source, scope, clause } = this.#context;
    const context: ConversionContext = {
      source,
      scope,
      clause,
      aggregate: () => {
        throw this.#invalid(call, nested);
      },
      over: () => {
        throw this.#invalid(call, nested);
      },
      ...this.#rowHooks(),
    };
    const inner = this.#expressions.within(context);
    return {
      argument: (argument: Argument) => inner.convertArgument(argument),
      sortKey: (item: OrderItem): SortKey => sortKeyOf(item, inner.convert(item.expression)),
    };
  }

  #filter(condition: Expression): RexNode {
    const { source, scope } = this.#context;
    const context: ConversionContext = { source, scope, clause: 'FILTER', ...this.#rowHooks() };
    return this.#expressions.within(context).convertCondition(condition);
  }

  /** Sub-queries and columns around, of an expression over the rows that are aggregated. */
  #rowHooks(): Pick<ConversionContext, 'subquery' | 'outerColumn'> {
    const outer = this.#context;
    return {
      ...(outer.subquery && {
        subquery: (syntax, operands) =>
          (outer.rowSubquery?.(syntax, operands) ?? outer.subquery?.(syntax, operands)) as RexNode,
      }),
      ...(outer.outerColumn && {
        outerColumn: (column, type) => outer.outerColumn?.(column, type) as RexNode,
      }),
    };
  }

  #overCall(definition: FunctionDefinition, call: FunctionCall): RexNode {
    if (definition.kind !== 'aggregate' && definition.kind !== 'over') {
      throw this.#invalid(call, 'OVER must be applied to aggregate function');
    }
    if (!this.#context.over) {
      throw this.#invalid(call, `Windowed aggregate expression is illegal in ${this.#context.clause} clause`);
    }
    const window = this.#window(call);
    const aggregate = this.#aggregateOver(definition, call);
    return this.#context.over(
      {
        ...aggregate,
        partitionBy: window.partitionBy.map((key) => this.#expressions.convert(key)),
        windowOrderBy: window.orderBy.map((item) =>
          sortKeyOf(item, this.#expressions.convert(item.expression)),
        ),
        ...(window.frame && { frame: window.frame }),
      },
      call,
    );
  }

  // With GROUP BY, the arguments of OVER are over the groups: keys and aggregates may stand in them.
  #aggregateOver(definition: FunctionDefinition, call: FunctionCall): AggregateExpression {
    if (!this.#context.grouping) return this.#aggregateOf(definition, call, true);
    const isStar = definition.name === 'COUNT' && isPlainStar(call.args[0]);
    const operands = isStar ? [] : this.#arguments(call);
    const place = {
      source: this.#context.source,
      call,
      operands: call.args,
      noteCast: this.#environment.noteCast,
    };
    const checked: CheckedCall = isStar
      ? { operands: [], type: { root: 'BIGINT', nullable: false } }
      : checkCall(definition, { operands, isKeyed: true, hasFilter: false }, place);
    return {
      function: definition.name,
      operands: checked.operands,
      distinct: call.quantifier === 'DISTINCT',
      orderBy: [],
      ignoreNulls: call.nullTreatment === 'IGNORE',
      type: checked.type,
    };
  }

  // A named window, or one that goes on from it.
  #window({ over }: FunctionCall): Pick<WindowSpec, 'partitionBy' | 'orderBy' | 'frame'> {
    if (over === undefined) return { partitionBy: [], orderBy: [] };
    if (over.kind === 'Identifier') {
      const named = this.#context.windows?.find((window) => window.name.name === over.name);
      if (!named) throw this.#invalid(over, `Window '${over.name}' not found`);
      return this.#merged(named.window);
    }
    return this.#merged(over);
  }

  #merged(window: WindowSpec): Pick<WindowSpec, 'partitionBy' | 'orderBy' | 'frame'> {
    const { base } = window;
    if (!base) return window;
    const named = this.#context.windows?.find((each) => each.name.name === base.name);
    if (!named) throw this.#invalid(base, `Window '${base.name}' not found`);
    const parent = this.#merged(named.window);
    if (window.partitionBy.length > 0) {
      throw this.#invalid(window, 'PARTITION BY not allowed with existing window reference');
    }
    if (window.orderBy.length > 0 && parent.orderBy.length > 0) {
      throw this.#invalid(window, 'ORDER BY not allowed in both base and referenced windows');
    }
    const frame = window.frame ?? parent.frame;
    return {
      partitionBy: parent.partitionBy,
      orderBy: window.orderBy.length > 0 ? window.orderBy : parent.orderBy,
      ...(frame && { frame }),
    };
  }

  // --------------------------------------------------------------------------------------- users' functions

  #userCall(user: UserFunction, call: FunctionCall): RexNode {
    const { source } = this.#context;
    const signature = signatureOfCall(user, call, source);
    const key = userFunctionKey(user);
    if (signature.kind === 'table')
      throw this.#invalid(call, `Function '${key}' is a table function: it stands in FROM`);
    if (signature.kind === 'aggregate') return this.#userAggregate(user, signature, call);
    if (call.over !== undefined) throw this.#invalid(call, 'OVER must be applied to aggregate function');
    this.#refuseAggregateSyntax(user, call);
    const place = { source, convert: (argument: Argument) => this.argument(argument) };
    const { operands, result } = checkUserCall(user, signature, call, place);
    return {
      kind: 'call',
      operator: user.name,
      operands,
      type: result,
      userFunction: key,
      ...(signature.kind === 'async-scalar' && { isAsync: true }),
      ...(!signature.isDeterministic && { isVolatile: true }),
    };
  }

  #userAggregate(user: UserFunction, signature: UserFunctionSignature, call: FunctionCall): RexNode {
    const { source, clause } = this.#context;
    const key = userFunctionKey(user);
    if (call.over !== undefined)
      throw notSupported(source, call, `User-defined aggregate function '${key}' OVER`);
    if (!this.#context.aggregate)
      throw this.#invalid(call, `Aggregate expression is illegal in ${clause} clause`);
    const inner = this.#argumentConverter('Aggregate expressions cannot be nested', call);
    const filter = call.filter && this.#filter(call.filter);
    const { operands, result } = checkUserCall(user, signature, call, { source, convert: inner.argument });
    const aggregate: AggregateExpression = {
      function: user.name,
      operands,
      distinct: call.quantifier === 'DISTINCT',
      ...(filter && { filter }),
      orderBy: [],
      ignoreNulls: false,
      type: result,
      userFunction: { key, canRetract: signature.canRetract, canMerge: signature.canMerge },
    };
    return this.#context.aggregate(aggregate, call);
  }

  /** A user's table function in FROM. */
  tableFunction(call: FunctionCall): TableFunctionCall {
    const { source } = this.#context;
    const path = call.name.parts.map((part) => part.name);
    const user = this.#environment.findUserFunction?.(path);
    if (!user) throw this.#unknown(call);
    const signature = signatureOfCall(user, call, source);
    const key = userFunctionKey(user);
    if (signature.kind !== 'table')
      throw this.#invalid(call, `Function '${key}' is no table function: it is called in an expression`);
    const place = { source, convert: (argument: Argument) => this.argument(argument) };
    const { operands, result } = checkUserCall(user, signature, call, place);
    return {
      name: user.name,
      operands,
      rowType: { ...(result as RowType), nullable: false }, // of a table function it is a ROW
      withOrdinality: false,
      userFunction: key,
      ...(!signature.isDeterministic && { isVolatile: true }),
    };
  }

  #unknown(call: FunctionCall) {
    const name = call.name.parts.map((part) => part.name).join('.');
    const operands = this.#arguments(call);
    return invalid(
      this.#context.source,
      call,
      `No match found for function signature ${signatureText(name, operands)}`,
      nearestNames(name, functionNames()).map((each) => each.toUpperCase()),
    );
  }

  #constant(value: string, type: LogicalType): RexNode {
    return { kind: 'literal', value, type };
  }

  #invalid(at: { readonly span: Span }, message: string) {
    return invalid(this.#context.source, at, message);
  }
}

function site(operands: readonly RexNode[]): CallSite {
  return { operands, isKeyed: false, hasFilter: false };
}

/** What plans call a function; undefined where that is the name it is known by. */
function writtenName({ name, isBridging }: FunctionDefinition, call: FunctionCall): string | undefined {
  const written = call.name.parts.at(-1)?.name;
  return isBridging && written !== name ? written : undefined;
}

/** The order of an ORDER BY item: NULL counts as the lowest value unless it is said otherwise. */
export function sortKeyOf(item: OrderItem, node: RexNode): SortKey {
  const nullsFirst = item.nulls === undefined ? !item.descending : item.nulls === 'FIRST';
  return { node, descending: item.descending, nullsFirst };
}

/** `*`, and not `t.*`. */
function isPlainStar(argument: Argument | undefined): boolean {
  return argument?.kind === 'Star' && argument.qualifier.length === 0;
}
