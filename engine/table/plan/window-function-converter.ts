import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { WindowSpec } from '../../operators/operator-spec.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { isTimestamp } from '../../types/type-families.ts';
import { calciteTypeText } from '../../types/type-text.ts';
import type {
  Argument,
  DescriptorArgument,
  FunctionCall,
  ScalarSubquery,
  Span,
  TableArgument,
} from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { refuseKeys } from './table-argument.ts';
import type { LogicalNode, LogicalTableFunctionScan } from './rel-node.ts';
import { rowTypeOf } from './rex.ts';

/**
 * TUMBLE, HOP and CUMULATE in FROM: which arguments they take, in order or by name, and the columns they add (S-14 to S-17).
 */
export interface WindowFunctionContext {
  readonly source: string;
  /** `table.local-time-zone`, in which windows of TIMESTAMP_LTZ lie (S-29). */
  readonly timeZone: string;
  /** In batch mode any timestamp will do. */
  readonly isStreaming: boolean;
  /** Plans `TABLE t` or `(SELECT ...)`. */
  readonly convertTable: (argument: TableArgument | ScalarSubquery) => LogicalNode;
  readonly convertLiteral: (argument: Argument) => RexNode;
}

type WindowName = WindowSpec['function'];

const PARAMETERS: Readonly<Record<WindowName, readonly string[]>> = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
};

const SIGNATURES: Readonly<Record<WindowName, string>> = {
  TUMBLE: 'TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval])',
  HOP: 'HOP(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
  CUMULATE:
    'CUMULATE(TABLE table_name, DESCRIPTOR(timecol), datetime interval, datetime interval[, datetime interval])',
};

export function isWindowFunction(name: string): name is WindowName {
  return name in PARAMETERS;
}

export function convertWindowFunction(
  name: WindowName,
  call: FunctionCall,
  context: WindowFunctionContext,
): LogicalTableFunctionScan {
  const { source } = context;
  const given = argumentsByName(name, call, source);
  const table = given.get('DATA');
  const column = given.get('TIMECOL');
  const isTable = table?.kind === 'TableArgument' || table?.kind === 'ScalarSubquery';
  if (!isTable || column?.kind !== 'DescriptorArgument') throw wrongArguments(name, call, source);
  if (table.kind === 'TableArgument') refuseKeys(table, name, call, source);
  const input = context.convertTable(table);
  const timeColumn = timeColumnOf(SIGNATURES[name], input.rowType.fields, column, context);
  const timeType = input.rowType.fields[timeColumn]?.type;
  if (!context.isStreaming && timeType && isTimestamp(timeType) && timeType.precision > 3)
    throw notSupported(
      source,
      column.columns[0] ?? column,
      `${name} over ${calciteTypeText(timeType)} in batch mode`,
    );
  if (timeType && isTimestamp(timeType) && timeType.attribute === 'PROCTIME')
    throw notSupported(source, column.columns[0] ?? column, `${name} over processing time`);
  const intervals = PARAMETERS[name].slice(2).flatMap((parameter) => {
    const argument = given.get(parameter);
    if (!argument) {
      if (parameter === 'OFFSET') return [];
      throw wrongArguments(name, call, source);
    }
    return [{ parameter, literal: intervalOf(name, argument, call, context), argument }];
  });
  const ms = (parameter: string): number =>
    Number(intervals.find((interval) => interval.parameter === parameter)?.literal.value ?? 0);
  const window: WindowSpec = {
    function: name,
    sizeMs: ms('SIZE'),
    slideMs: name === 'HOP' ? ms('SLIDE') : name === 'CUMULATE' ? ms('STEP') : ms('SIZE'),
    offsetMs: ms('OFFSET'),
    timeColumn,
    ...(timeType?.root === 'TIMESTAMP_LTZ' && { timeZone: context.timeZone }),
  };
  checkSizes(window, call, source);
  return {
    kind: 'LogicalTableFunctionScan',
    inputs: [input],
    window,
    intervals: intervals.map(({ literal }) => literal),
    rowType: rowTypeOf([
      ...input.rowType.fields,
      ...windowColumns(timeType as LogicalType, context.isStreaming),
    ]),
  };
}

/** window_start and window_end are local times; window_time carries event time on, where there is such a thing. */
export function windowColumns(timeType: LogicalType, isStreaming = true): RowField[] {
  const bound: LogicalType = { root: 'TIMESTAMP', precision: 3, nullable: false };
  const plain: LogicalType =
    timeType.root === 'TIMESTAMP_LTZ' ? { root: 'TIMESTAMP_LTZ', precision: 3, nullable: false } : bound;
  const time: LogicalType = isStreaming ? { ...plain, attribute: 'ROWTIME' } : plain;
  return [
    { name: 'window_start', type: bound },
    { name: 'window_end', type: bound },
    { name: 'window_time', type: time },
  ];
}

function argumentsByName(name: WindowName, call: FunctionCall, source: string): Map<string, Argument> {
  const parameters = PARAMETERS[name];
  const given = new Map<string, Argument>();
  const named = call.args.find((argument) => argument.kind === 'NamedArgument');
  if (named && call.args.some((argument) => argument.kind !== 'NamedArgument')) {
    throw invalid(source, named, `The arguments of ${name} are given in order or by name, not in both ways`);
  }
  call.args.forEach((argument, i) => {
    if (argument.kind !== 'NamedArgument') {
      const parameter = parameters[i];
      if (parameter === undefined) throw wrongArguments(name, call, source);
      given.set(parameter, argument);
      return;
    }
    const parameter = argument.name.name;
    if (!parameters.includes(parameter)) {
      const message = `Param '${parameter}' not found in function '${name}'. The arguments are ${parameters.join(', ')}`;
      throw invalid(source, argument.name, message, nearestNames(parameter.toUpperCase(), parameters));
    }
    given.set(parameter, argument.value);
  });
  return given;
}

/** The place of the column that DESCRIPTOR names: a time attribute, in batch mode any timestamp. `signature` is for messages. */
export function timeColumnOf(
  signature: string,
  fields: readonly RowField[],
  { columns, span }: DescriptorArgument,
  { source, isStreaming }: Pick<WindowFunctionContext, 'source' | 'isStreaming'>,
): number {
  // Flink passes over further columns.
  const [column] = columns;
  if (!column) throw invalid(source, { span }, `A time column is missing: ${signature}`);
  const wanted = column.parts.map((part) => part.name).join('.');
  const index = fields.findIndex((field) => field.name === wanted);
  const field = fields[index];
  if (!field) {
    const known = fields.map((each) => each.name);
    throw invalid(source, column, `Unknown identifier '${wanted}'`, nearestNames(wanted, known));
  }
  if (!isTimestamp(field.type)) {
    throw invalid(
      source,
      column,
      `The window function ${signature} requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${calciteTypeText(field.type)}.\n` +
        'Besides, the timecol must be a time attribute type in streaming mode.',
    );
  }
  if (isStreaming && field.type.attribute === undefined) {
    throw invalid(
      source,
      column,
      `The window function requires the timecol is a time attribute type, but is ${calciteTypeText(field.type)}.`,
    );
  }
  return index;
}

function intervalOf(
  name: WindowName,
  argument: Argument,
  call: FunctionCall,
  { source, convertLiteral }: WindowFunctionContext,
): RexLiteral {
  const node = convertLiteral(argument);
  if (node.kind !== 'literal')
    throw notSupported(source, argument, `${name} with an interval that is no literal`);
  if (node.type.root === 'INTERVAL_YEAR_MONTH') {
    throw invalid(
      source,
      argument,
      'Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.',
    );
  }
  if (node.type.root !== 'INTERVAL_DAY_TIME') throw wrongArguments(name, call, source);
  return node;
}

function checkSizes(window: WindowSpec, call: { readonly span: Span }, source: string): void {
  const { function: name, sizeMs, slideMs, offsetMs } = window;
  const refuse = (condition: string, given: string): never => {
    throw invalid(
      source,
      call,
      `${name} table function parameters must satisfy ${condition}, but got ${given}.`,
    );
  };
  if (sizeMs <= 0) refuse('size > 0', `size ${sizeMs} ms`);
  if (slideMs <= 0)
    refuse(name === 'HOP' ? 'slide > 0' : 'step > 0', `${name === 'HOP' ? 'slide' : 'step'} ${slideMs} ms`);
  if (Math.abs(offsetMs) >= sizeMs)
    refuse('abs(offset) < size', `size ${sizeMs} ms and offset ${offsetMs} ms`);
  if (name === 'CUMULATE' && sizeMs % slideMs !== 0) {
    throw invalid(
      source,
      call,
      `CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize ${sizeMs} ms and step ${slideMs} ms`,
    );
  }
}

function wrongArguments(name: WindowName, call: FunctionCall, source: string) {
  return invalid(source, call, `Invalid arguments of ${name}. Supported form(s): ${SIGNATURES[name]}`);
}
