import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import type { RowField } from '../../../types/logical-type.ts';
import { nearestNames } from '../../../types/nearest-names.ts';
import { isCharacter } from '../../../types/type-families.ts';
import type { CatalogModel } from '../../catalog/catalog-model.ts';
import type {
  Argument,
  FunctionCall,
  Identifier,
  ModelArgument,
  ScalarSubquery,
  Span,
  TableArgument,
} from '../../parser/ast.ts';
import { invalid } from '../../validate/validation-error.ts';
import type { LogicalNode } from '../rel-node.ts';
import { refuseKeys } from '../table-argument.ts';

/** What the planner knows where a table function is called. */
export interface TableFunctionContext {
  readonly source: string;
  readonly isStreaming: boolean;
  readonly convertTable: (argument: TableArgument | ScalarSubquery) => LogicalNode;
  readonly convert: (argument: Argument) => RexNode;
  readonly findModel: (argument: ModelArgument) => CatalogModel;
}

export interface TableFunctionParameters {
  /** In order; those behind `required` may be left out. */
  readonly parameters: readonly string[];
  readonly required: number;
}

/** The arguments of a call by their parameters. */
export class TableFunctionArguments {
  readonly name: string;
  readonly context: TableFunctionContext;
  readonly #syntax: FunctionCall;
  readonly #given = new Map<string, Argument>();

  constructor(
    name: string,
    { parameters, required }: TableFunctionParameters,
    syntax: FunctionCall,
    context: TableFunctionContext,
  ) {
    this.name = name;
    this.context = context;
    this.#syntax = syntax;
    let unknown: Identifier | undefined;
    for (const [i, argument] of syntax.args.entries()) {
      const isNamed = argument.kind === 'NamedArgument';
      const parameter = isNamed ? argument.name.name.toUpperCase() : parameters[i];
      if (parameter === undefined) throw this.#wrongCount(required);
      if (isNamed && !parameters.includes(parameter)) unknown ??= argument.name;
      const value = isNamed ? argument.value : argument;
      if (value.kind !== 'Default') this.#given.set(parameter, value);
    }
    const missing = parameters.slice(0, required).find((parameter) => !this.#given.has(parameter));
    if (missing === undefined) return;
    // Flink passes over names that it does not know.
    if (!unknown) throw this.#wrongCount(required);
    const message = `Unknown argument name '${unknown.name}' of function '${name}', which takes ${parameters.join(', ')}`;
    throw this.invalid(unknown, message, nearestNames(unknown.name.toUpperCase(), parameters));
  }

  argument(parameter: string): Argument | undefined {
    return this.#given.get(parameter);
  }

  /** A table with row semantics: every row by itself. */
  table(parameter: string, isPartitioned = false): readonly RowField[] {
    const argument = this.#given.get(parameter);
    if (argument?.kind !== 'TableArgument' && argument?.kind !== 'ScalarSubquery') {
      const message = `Invalid argument value. Argument '${parameter}' of ${this.name} expects a table to be passed.`;
      throw this.invalid(argument ?? this.#syntax, message);
    }
    if (argument.kind === 'TableArgument' && !isPartitioned) {
      refuseKeys(argument, this.name, this.#syntax, this.context.source);
    }
    const { fields } = this.context.convertTable(argument).rowType;
    for (const path of argument.kind === 'TableArgument' ? argument.partitionBy : []) {
      this.#columnOf(fields, path.parts, path);
    }
    return fields;
  }

  model(): CatalogModel {
    const argument = this.#given.get('MODEL');
    if (argument?.kind !== 'ModelArgument') {
      throw this.invalid(
        argument ?? this.#syntax,
        `Argument 'MODEL' of ${this.name} expects MODEL and its name.`,
      );
    }
    return this.context.findModel(argument);
  }

  /** The columns of a DESCRIPTOR, which `fields` have. */
  columns(parameter: string, fields: readonly RowField[]): readonly RowField[] {
    return this.#descriptor(parameter).map((path) => this.#columnOf(fields, path.parts, path));
  }

  /** The one name of a DESCRIPTOR; undefined where it is left out. */
  onlyName(parameter: string): Identifier | undefined {
    if (!this.#given.has(parameter)) return undefined;
    const [path, second] = this.#descriptor(parameter);
    const name = path?.parts.at(-1);
    if (name && !second) return name;
    throw this.invalid(
      this.#given.get(parameter) ?? this.#syntax,
      `The descriptor for argument '${parameter}' must contain exactly one column name.`,
    );
  }

  /** A constant MAP of texts, key by value; undefined where it is left out. */
  texts(parameter: string): readonly (readonly [string, string])[] | undefined {
    const argument = this.#given.get(parameter);
    if (!argument) return undefined;
    const node = this.context.convert(argument);
    const operands = node.kind === 'call' && node.operator === 'MAP' ? node.operands.map(withoutCast) : [];
    const isText = (each: RexNode): each is RexLiteral => each.kind === 'literal' && isCharacter(each.type);
    if (operands.length === 0 || !operands.every(isText)) {
      throw this.invalid(argument, `The '${parameter}' argument must be a constant MAP literal of texts.`);
    }
    const values = operands.map(({ value }) => String(value));
    return values.flatMap((key, i) => (i % 2 === 0 ? [[key, values[i + 1] ?? ''] as const] : []));
  }

  literal(parameter: string): RexLiteral | undefined {
    const argument = this.#given.get(parameter);
    const node = argument && this.context.convert(argument);
    return node?.kind === 'literal' ? node : undefined;
  }

  /** The error at a parameter's argument. */
  wrong(parameter: string, message: string) {
    return this.invalid(this.#given.get(parameter) ?? this.#syntax, message);
  }

  invalid(at: { readonly span: Span }, message: string, suggestions?: readonly string[]) {
    return invalid(this.context.source, at, message, suggestions);
  }

  #descriptor(parameter: string) {
    const argument = this.#given.get(parameter);
    if (argument?.kind === 'DescriptorArgument') return argument.columns;
    const message = `Argument '${parameter}' of ${this.name} expects DESCRIPTOR(...).`;
    throw this.invalid(argument ?? this.#syntax, message);
  }

  #columnOf(
    fields: readonly RowField[],
    parts: readonly Identifier[],
    at: { readonly span: Span },
  ): RowField {
    const wanted = parts.map((part) => part.name).join('.');
    const field = fields.find((each) => each.name === wanted);
    if (field) return field;
    const known = fields.map((each) => each.name);
    throw this.invalid(at, `Unknown identifier '${wanted}'`, nearestNames(wanted, known));
  }

  #wrongCount(required: number) {
    return this.invalid(
      this.#syntax,
      `Invalid number of arguments to function '${this.name}'. Was expecting ${required} arguments`,
    );
  }
}

// Texts of unlike lengths are brought to one type.
function withoutCast(node: RexNode): RexNode {
  const [operand] = node.kind === 'call' && node.operator === 'CAST' ? node.operands : [];
  return operand ?? node;
}
