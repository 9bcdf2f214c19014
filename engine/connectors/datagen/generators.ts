import { Column, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import {
  BytesGenerator,
  FloatGenerator,
  IntegerGenerator,
  SequenceGenerator,
  TimeGenerator,
} from './cell-generators.ts';
import type { GeneratorContext, Maker } from './column-generator.ts';
import type { ColumnPlan } from './column-plan.ts';
import { ArrayGenerator, MapGenerator, RowGenerator } from './composite-generators.ts';

/** What texts, bytes and collections of a batch take at most, unless a single row takes more. */
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * @param rows at most in one call of `generate`
 * @param required a flag for each leaf of the column, taken from the front; a leaf that nobody reads is absent
 */
export function createGenerator(
  context: GeneratorContext,
  plan: ColumnPlan,
  rows: number,
  required: boolean[],
): Maker {
  if (plan.kind === 'row') {
    const fields = plan.fields.map((field) => createGenerator(context, field, rows, required));
    return new RowGenerator(context, plan, rows, fields);
  }
  if (required.shift() === false) return absent(plan);
  switch (plan.kind) {
    case 'integer':
      return new IntegerGenerator(context, plan, rows);
    case 'float':
      return new FloatGenerator(context, plan, rows);
    case 'time':
      return new TimeGenerator(context, plan, rows);
    case 'bytes':
      return new BytesGenerator(context, plan, rows);
    case 'sequence':
      return new SequenceGenerator(context, plan, rows);
    case 'array': {
      const element = createGenerator(context, plan.element, rows * plan.length, []);
      return new ArrayGenerator(context, plan, rows, element);
    }
    case 'map': {
      const key = createGenerator(context, plan.key, rows * plan.length, []);
      const value = createGenerator(context, plan.value, rows * plan.length, []);
      return new MapGenerator(context, plan, rows, key, value);
    }
  }
}

/** Rows that a batch of these columns may have: fewer where texts or collections are long. */
export function rowsPerBatch(plans: readonly ColumnPlan[]): number {
  const bytes = plans.reduce((sum, plan) => sum + bytesPerRow(plan), 0);
  return Math.max(1, Math.min(MAX_BATCH_ROWS, Math.floor(BATCH_BYTES / Math.max(1, bytes))));
}

function bytesPerRow(plan: ColumnPlan): number {
  switch (plan.kind) {
    case 'bytes':
      return 8 + plan.length;
    case 'array':
      return 8 + plan.length * (8 + bytesPerRow(plan.element));
    case 'map': // keys are made twice where some repeat
      return 8 + plan.length * (8 + 2 * bytesPerRow(plan.key) + bytesPerRow(plan.value));
    case 'row':
      return plan.fields.reduce((sum, field) => sum + bytesPerRow(field), 1);
    default:
      return physicalWidth(plan.type);
  }
}

function absent({ type }: ColumnPlan): Maker {
  const column = new Column(type, 0, 0);
  return { generate: () => column, release: () => {} };
}
