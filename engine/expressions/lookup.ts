import { cellKernels } from '../data/cell-kernels.ts';
import { MAX_BATCH_ROWS } from '../data/record-batch.ts';
import type { LogicalType } from '../types/logical-type.ts';
import type { Emitter } from './emitter.ts';
import { merge } from './merge.ts';
import { BOOLEAN } from './physical-type.ts';
import type { Computed } from './program.ts';
import { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';

const ROW_NUMBER: LogicalType = { root: 'INTEGER', nullable: false };

/**
 * A value that some other rows of the batch have been computed of (those that a condition had to look at): rows that are among them take it from
 * there, the others, if there are any, are computed.
 */
export function lookedUp(emitter: Emitter, node: RexNode, key: string, computed: Computed): Register {
  const { kernels } = emitter;
  const positions = positionsIn(computed.emitter, emitter);
  const isKnown = new Register(BOOLEAN);
  const zero = emitter.constant(ROW_NUMBER, 0).column.values;
  emitter.emit([positions], isKnown, (rows) => {
    const { values, stride } = positions.column;
    kernels.compareLeI32(rows, zero, 0, values, stride, isKnown.values);
    isKnown.set(0);
  });
  const known = emitter.where(isKnown);
  const missing = emitter.where(isKnown, true);
  missing.missing = key;
  return merge(emitter, node.type, [
    { value: gatheredAt(known, computed.register, known.gathered(positions, emitter)), scope: known },
    { value: missing.value(node), scope: missing },
  ]);
}

/** For each row of `here` its row in another scope, or -1. */
function positionsIn(there: Emitter, here: Emitter): Register {
  const ancestor = commonAncestor(here, there);
  const { kernels, program } = ancestor;
  const inverse = new Register(ROW_NUMBER);
  const selection = there.selectionIn(ancestor);
  const numbers = program.slot(4 * MAX_BATCH_ROWS);
  const none = ancestor.constant(ROW_NUMBER, -1).column.values;
  ancestor.emit([selection], inverse, (rows) => {
    const count = there.scope.rows;
    // Where the other scope has no row, its instructions have not run.
    const address = count === 0 ? 0 : selection.column.values;
    if (count > 0 && address === 0) kernels.fillRowNumbers(rows, 0, inverse.values);
    else kernels.fill32(rows, none, inverse.values);
    if (address !== 0) {
      kernels.fillRowNumbers(count, 0, numbers);
      kernels.scatter32(count, numbers, 4, address, inverse.values);
    }
    inverse.set(0);
  });
  return here.gathered(inverse, ancestor);
}

/** Cells of another scope, at positions in it. */
function gatheredAt(emitter: Emitter, source: Register, positions: Register): Register {
  if (source.isConstant) return source;
  const { kernels, program } = emitter;
  const cells = cellKernels(kernels, source.width);
  const result = new Register(source.type);
  result.areViewsSafe = source.areViewsSafe;
  result.aliases.push(source);
  emitter.emit([source, positions], result, (rows) => {
    const { column } = source;
    if (column.isConstant) {
      result.column = column;
      return;
    }
    const address = positions.column.values;
    cells.gather(rows, column.values, column.stride, address, result.values);
    let validity = 0;
    if (column.validity !== 0) {
      validity = program.validityOf(result);
      kernels.gather8(rows, column.validity, 1, address, validity);
    }
    result.set(validity, column.children.length > 0 ? column.children : undefined);
  });
  return result;
}

/** The innermost scope that both lie in. */
function commonAncestor(a: Emitter, b: Emitter): Emitter {
  for (let emitter: Emitter | undefined = a; emitter; emitter = emitter.parent) {
    for (let other: Emitter | undefined = b; other; other = other.parent)
      if (other === emitter) return emitter;
  }
  throw new Error('scopes of two programs');
}
