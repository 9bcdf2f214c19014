import type { Emitter } from './emitter.ts';
import { byCost, connect, flatten } from './functions/logic.ts';
import { canFail, costOf } from './node-facts.ts';
import type { Register } from './register.ts';
import type { RexNode } from './rex-node.ts';

/** A condition that costs more (ns a row) is only looked at in rows that are left. */
const WORTH_SELECTING = 6;

/**
 * Emits a filter: conditions that have to hold, one after the other, each in the rows that the ones before have left; cheap ones are looked at together.
 * The result is the emitter for the rows for which all are TRUE.
 */
export function emitFilter(emitter: Emitter, condition: RexNode): Emitter {
  let rows = emitter;
  let together: Register | undefined;
  let cost = 0;
  for (const part of byCost(flatten('AND', condition))) {
    const own = costOf(part);
    if (together && (canFail(part) || cost + own > WORTH_SELECTING)) {
      rows = rows.where(together);
      together = undefined;
      cost = 0;
    }
    const value = rows.value(part);
    together = together ? connect('and', together, value, rows) : value;
    cost += own;
  }
  return rows.where(together!);
}
