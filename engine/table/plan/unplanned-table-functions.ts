import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { supportsImplicitCast } from '../../types/cast-rules.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { isCharacter, isTimestamp } from '../../types/type-families.ts';
import { calciteTypeText, typeText } from '../../types/type-text.ts';
import type { CatalogModel } from '../catalog/catalog-model.ts';
import type {
  Argument,
  FunctionCall,
  Identifier,
  ModelArgument,
  ScalarSubquery,
  Span,
  TableArgument,
} from '../parser/ast.ts';
import { STRING } from '../functions/result-types.ts';
import { invalid } from '../validate/validation-error.ts';
import type { LogicalNode } from './rel-node.ts';
import { refuseKeys } from './table-argument.ts';
import { timeColumnOf, windowColumns } from './window-function-converter.ts';

/**
 * Table functions that are checked as Flink checks them, and that no operator computes: SESSION, functions of models, changelogs as rows.
 */
export interface TableFunctionContext {
  readonly source: string;
  readonly isStreaming: boolean;
  readonly convertTable: (argument: TableArgument | ScalarSubquery) => LogicalNode;
  readonly convert: (argument: Argument) => RexNode;
  readonly findModel: (argument: ModelArgument) => CatalogModel;
}

type Check = (call: Call) => RowField[];

interface Definition {
  /** In order; those behind `required` may be left out. */
  readonly parameters: readonly string[];
  readonly required: number;
  readonly check: Check;
}

const CHANGELOG = ['INPUT', 'OP', 'OP_MAPPING', 'ON_TIME', 'UID'];
const OPERATIONS = ['INSERT', 'DELETE', 'UPDATE_BEFORE', 'UPDATE_AFTER'];
const TASKS = ['REGRESSION', 'CLUSTERING', 'CLASSIFICATION', 'EMBEDDING', 'TEXT_GENERATION'];

const DEFINITIONS: ReadonlyMap<string, Definition> = new Map([
  ['SESSION', { parameters: ['DATA', 'TIMECOL', 'GAP'], required: 3, check: session }],
  ['ML_PREDICT', { parameters: ['INPUT', 'MODEL', 'ARGS', 'CONFIG'], required: 3, check: predict }],
  [
    'ML_EVALUATE',
    { parameters: ['INPUT', 'MODEL', 'LABEL', 'ARGS', 'TASK', 'CONFIG'], required: 5, check: evaluate },
  ],
  [
    'VECTOR_SEARCH',
    {
      parameters: ['SEARCH_TABLE', 'COLUMN_TO_SEARCH', 'COLUMN_TO_QUERY', 'TOP_K', 'CONFIG'],
      required: 4,
      check: vectorSearch,
    },
  ],
  ['TO_CHANGELOG', { parameters: CHANGELOG, required: 1, check: toChangelog }],
  ['FROM_CHANGELOG', { parameters: CHANGELOG, required: 1, check: fromChangelog }],
]);

/** By their names, upper case. */
export const UNPLANNED_TABLE_FUNCTIONS: readonly string[] = [...DEFINITIONS.keys()];

/** The columns of a call of `name`, or undefined where it is none of these functions. Throws ValidationException. */
export function checkTableFunction(
  name: string,
  call: FunctionCall,
  context: TableFunctionContext,
): RowField[] | undefined {
  const definition = DEFINITIONS.get(name);
  return definition?.check(new Call(name, definition, call, context));
}

/** The arguments of a call by their parameters. */
class Call {
  readonly name: string;
  readonly context: TableFunctionContext;
  readonly #syntax: FunctionCall;
  readonly #given = new Map<string, Argument>();

  constructor(
    name: string,
    { parameters, required }: Definition,
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

function session(call: Call): RowField[] {
  const fields = call.table('DATA', true);
  const column = call.argument('TIMECOL');
  if (column?.kind !== 'DescriptorArgument') throw call.wrong('TIMECOL', 'SESSION takes DESCRIPTOR(timecol)');
  const index = timeColumnOf(SESSION_SIGNATURE, fields, column, call.context);
  const gap = call.literal('GAP');
  if (gap?.type.root !== 'INTERVAL_DAY_TIME') {
    throw call.wrong('GAP', `Invalid arguments of SESSION. Supported form(s): ${SESSION_SIGNATURE}`);
  }
  if (Number(gap.value) <= 0) {
    throw call.wrong(
      'GAP',
      `SESSION table function parameters must satisfy gap > 0, but got gap ${gap.value} ms.`,
    );
  }
  return [...fields, ...windowColumns(fields[index]?.type as LogicalType)];
}

const SESSION_SIGNATURE =
  'SESSION(TABLE table_name [PARTITION BY (keycols, ...)], DESCRIPTOR(timecol), datetime interval)';

function predict(call: Call): RowField[] {
  const fields = call.table('INPUT');
  const model = call.model();
  const columns = call.columns('ARGS', fields);
  if (columns.length !== model.inputs.length) {
    throw call.wrong(
      'ARGS',
      `Number of descriptor columns (${columns.length}) does not match model input size (${model.inputs.length}).`,
    );
  }
  for (const [i, { name, type }] of columns.entries()) {
    const input = model.inputs[i]?.type;
    if (!input || supportsImplicitCast(type, input)) continue;
    throw call.wrong(
      'ARGS',
      `Descriptor column '${name}' type ${typeText(type)} cannot be assigned to model input type ${typeText(input)} at position ${i}.`,
    );
  }
  call.texts('CONFIG');
  return [...fields, ...model.outputs];
}

function evaluate(call: Call): RowField[] {
  predict(call);
  const fields = call.table('INPUT');
  const labels = call.columns('LABEL', fields);
  const [label] = labels;
  const output = call.model().outputs[0];
  if (label && output && !supportsImplicitCast(label.type, output.type)) {
    throw call.wrong(
      'LABEL',
      `Label descriptor column type ${typeText(label.type)} cannot be assigned to model output type ${typeText(output.type)} for evaluation.`,
    );
  }
  const task = String(call.literal('TASK')?.value ?? '');
  if (!TASKS.includes(task.toUpperCase())) {
    throw call.wrong('TASK', `Unsupported task: ${task}. Supported tasks are: [${TASKS.join(', ')}].`);
  }
  return [{ name: 'result', type: { root: 'MAP', key: STRING, value: STRING, nullable: true } }];
}

function vectorSearch(call: Call): RowField[] {
  const fields = call.table('SEARCH_TABLE');
  const [column, second] = call.columns('COLUMN_TO_SEARCH', fields);
  if (second) {
    const message = 'Expect parameter COLUMN_TO_SEARCH for VECTOR_SEARCH only contains one column.';
    throw call.wrong('COLUMN_TO_SEARCH', message);
  }
  const isVector = ({ type }: { readonly type: LogicalType }): boolean =>
    type.root === 'ARRAY' && (type.element.root === 'FLOAT' || type.element.root === 'DOUBLE');
  if (column && !isVector(column)) {
    throw call.wrong(
      'COLUMN_TO_SEARCH',
      `Expect search column \`${column.name}\` type is ARRAY<FLOAT> or ARRAY<DOUBLE>, but its type is ${calciteTypeText(column.type)}.`,
    );
  }
  const query = call.argument('COLUMN_TO_QUERY');
  if (query) call.context.convert(query);
  const count = call.literal('TOP_K');
  if (count?.type.root !== 'INTEGER') {
    throw call.wrong('TOP_K', 'Expect parameter top_k is an INTEGER NOT NULL literal in VECTOR_SEARCH.');
  }
  if (Number(count.value) <= 0) {
    throw call.wrong('TOP_K', `Parameter top_k must be greater than 0, but was ${count.value}.`);
  }
  call.texts('CONFIG');
  return [...fields, { name: 'score', type: { root: 'DOUBLE', nullable: true } }];
}

function toChangelog(call: Call): RowField[] {
  const fields = call.table('INPUT');
  const name = call.onlyName('OP')?.name ?? 'op';
  if (fields.some((field) => field.name === name)) {
    throw call.wrong('OP', `Field names must be unique. Found duplicates: [${name}]`);
  }
  checkOperations(
    call,
    (call.texts('OP_MAPPING') ?? []).map(([key]) => key),
  );
  checkTimeAndName(call, fields);
  return [{ name, type: STRING }, ...fields];
}

function fromChangelog(call: Call): RowField[] {
  const fields = call.table('INPUT');
  const name = call.onlyName('OP')?.name ?? 'op';
  const op = fields.find((field) => field.name === name);
  if (!op) throw call.wrong('OP', `The op column '${name}' does not exist in the input schema.`);
  if (!isCharacter(op.type)) {
    throw call.wrong('OP', `The op column '${name}' must be of STRING type, but was '${typeText(op.type)}'.`);
  }
  checkOperations(
    call,
    (call.texts('OP_MAPPING') ?? []).map(([, value]) => value),
  );
  checkTimeAndName(call, fields);
  return fields.filter((field) => field !== op);
}

/** Each entry is one change operation, or several with commas between them. */
function checkOperations(call: Call, entries: readonly string[]): void {
  const wrong = entries
    .flatMap((entry) => entry.split(',').map((part) => part.trim()))
    .find((operation) => !OPERATIONS.includes(operation));
  if (wrong === undefined) return;
  throw call.wrong(
    'OP_MAPPING',
    `Invalid target mapping for argument 'op_mapping'. Unknown change operation: '${wrong}'. Valid values are: [${OPERATIONS.join(', ')}].`,
  );
}

function checkTimeAndName(call: Call, fields: readonly RowField[]): void {
  const [time] = call.argument('ON_TIME') ? call.columns('ON_TIME', fields) : [];
  if (time && !(isTimestamp(time.type) && time.type.precision <= 3)) {
    throw call.wrong(
      'ON_TIME',
      'Unsupported data type for time attribute. The `on_time` argument must reference a TIMESTAMP or TIMESTAMP_LTZ column (up to precision 3). ' +
        `However, column '${time.name}' has data type '${typeText(time.type)}'.`,
    );
  }
  if (!call.argument('UID')) return;
  const uid = String(call.literal('UID')?.value ?? '');
  if (/^[a-zA-Z_][a-zA-Z-_0-9]*$/.test(uid)) return;
  throw call.wrong(
    'UID',
    'Invalid unique identifier for process table function. The `uid` argument must be a string literal that follows the pattern [a-zA-Z_][a-zA-Z-_0-9]*. ' +
      `But found: ${uid}`,
  );
}
