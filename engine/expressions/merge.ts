import { cellKernels } from '../data/cell-kernels.ts';
import { Column } from '../data/column.ts';
import type { Value } from '../data/value.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { readValues } from './column-values.ts';
import { ValueWriter } from './value-writer.ts';
import type { Emitter } from './emitter.ts';
import { Register } from './register.ts';

/**
 * One of the values that a column is put together from: for all rows, for those where `condition` (dense, of the same scope) is TRUE, or for those
 * of a scope below.
 */
export interface Part {
  readonly value: Register;
  readonly condition?: Register;
  readonly scope?: Emitter;
}

/**
 * Puts a column together: later parts overwrite earlier ones. The first part is for all rows, unless the scopes cover them.
 * What CASE, and AND or OR with an expensive side, end in.
 */
export function merge(emitter: Emitter, type: LogicalType, parts: readonly Part[]): Register {
  const selections = parts.map(({ scope }) => scope?.selectionIn(emitter));
  const reads = parts.flatMap(({ value, condition }) => (condition ? [value, condition] : [value]));
  const result = new Register(type);
  result.areViewsSafe = parts.every(({ value }) => value.areViewsSafe);
  const isOneColumn = parts.length === 1 && !parts[0]!.scope;
  if (isOneColumn) return emitter.retype(parts[0]!.value, type);
  result.aliases.push(...parts.map(({ value }) => value));
  const run = hasChildren(type)
    ? mergeValues(emitter, result, parts, selections)
    : mergeCells(emitter, result, parts, selections);
  emitter.emit([...reads, ...selections.filter((selection) => selection !== undefined)], result, run);
  return result;
}

function hasChildren({ root }: LogicalType): boolean {
  return root === 'ROW' || root === 'ARRAY' || root === 'MAP' || root === 'MULTISET';
}

type Selections = readonly (Register | undefined)[];

/** Cells and validities are blended and scattered alike. */
function mergeCells(emitter: Emitter, result: Register, parts: readonly Part[], selections: Selections) {
  const { kernels, program } = emitter;
  const cells = cellKernels(kernels, result.width);
  const blend = blendKernel(emitter, result.width);
  const allSet = program.constantBytes(1);
  new Uint8Array(program.wasm.memory.buffer)[allSet] = 1;

  return (rows: number): void => {
    const hasNulls = parts.some(({ value, scope }) => isRead(scope) && value.column.validity !== 0);
    const validity = hasNulls ? program.validityOf(result) : 0;
    // A first column for all rows is only copied when something is scattered into it.
    let base: Column | undefined;
    const own = (): void => {
      if (base) copyColumn(emitter, rows, base, result, validity, allSet);
      base = undefined;
    };
    result.set(validity);
    parts.forEach(({ value, condition, scope }, index) => {
      const { column } = value;
      if (!isRead(scope)) return;
      const set = column.validity === 0 ? allSet : column.validity;
      const setStride = column.validity === 0 || column.isConstant ? 0 : 1;
      if (condition) {
        const { values: chosen, validity: known } = condition.column;
        const other = base ?? result.column;
        blend(rows, chosen, known, column.values, column.stride, other.values, other.stride, result.values);
        if (hasNulls) {
          const otherSet = other.validity === 0 ? allSet : other.validity;
          const otherStride = other.validity === 0 || other.isConstant ? 0 : 1;
          kernels.blendValidity(rows, chosen, known, set, setStride, otherSet, otherStride, validity);
        }
        base = undefined;
      } else if (scope && !isWhole(selections[index])) {
        own();
        const selection = selections[index]!.column.values;
        cells.scatter(scope.scope.rows, column.values, column.stride, selection, result.values);
        if (hasNulls) kernels.scatter8(scope.scope.rows, set, setStride, selection, validity);
      } else base = column;
    });
    // Of one column alone nothing is copied.
    if (base) result.column = withType(base, result.type);
  };
}

function withType({ values, validity, stride, children }: Column, type: LogicalType): Column {
  return new Column(type, values, validity, stride, children);
}

function isRead(scope: Emitter | undefined): boolean {
  return !scope || scope.scope.rows > 0;
}

/** Whether the rows of a scope are all of the merge's. */
function isWhole(selection: Register | undefined): boolean {
  return selection === undefined || selection.column.values === 0;
}

function copyColumn(
  emitter: Emitter,
  rows: number,
  column: Column,
  { width, values }: Register,
  validity: number,
  allSet: number,
): void {
  if (column.isConstant) cellKernels(emitter.kernels, width).fill(rows, column.values, values);
  else copyBytes(emitter, column.values, rows * width, values);
  if (validity === 0) return;
  const set = column.validity === 0 ? allSet : column.validity;
  if (column.validity === 0 || column.isConstant) emitter.kernels.fill8(rows, set, validity);
  else copyBytes(emitter, set, rows, validity);
}

function copyBytes(emitter: Emitter, source: number, bytes: number, target: number): void {
  new Uint8Array(emitter.program.wasm.memory.buffer).copyWithin(target, source, source + bytes);
}

function blendKernel({ kernels }: Emitter, width: number) {
  switch (width) {
    case 1:
      return kernels.blend8;
    case 2:
      return kernels.blend16;
    case 4:
      return kernels.blend32;
    case 8:
      return kernels.blend64;
    default:
      return kernels.blend128;
  }
}

/** Rows and collections point into columns of their own, so they are put together as values. */
function mergeValues(emitter: Emitter, result: Register, parts: readonly Part[], selections: Selections) {
  const { wasm } = emitter.program;
  const writer = new ValueWriter(wasm, result.type);
  return (rows: number): void => {
    const values = new Array<Value>(rows).fill(null);
    parts.forEach(({ value, condition, scope }, index) => {
      if (!isRead(scope)) return;
      const own = readValues(wasm, value.column, scope ? scope.scope.rows : rows);
      const chosen = condition ? readValues(wasm, condition.column, rows) : undefined;
      const selection = isWhole(selections[index]) ? 0 : selections[index]!.column.values;
      const view = new DataView(wasm.memory.buffer);
      own.forEach((item, i) => {
        const row = selection === 0 ? i : view.getUint32(selection + 4 * i, true);
        if (!chosen || chosen[row] === true) values[row] = item;
      });
    });
    result.column = writer.write(values, emitter.heap);
  };
}
