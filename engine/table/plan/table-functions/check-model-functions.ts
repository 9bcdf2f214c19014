/** ML_PREDICT and ML_EVALUATE: the arguments fit the model, whose outputs are columns. */

import type { RowField } from '../../../types/logical-type.ts';
import { supportsImplicitCast } from '../../../types/cast-rules.ts';
import { typeText } from '../../../types/type-text.ts';
import { STRING } from '../../functions/result-types.ts';
import type { TableFunctionArguments } from './table-function-arguments.ts';

const TASKS = ['REGRESSION', 'CLUSTERING', 'CLASSIFICATION', 'EMBEDDING', 'TEXT_GENERATION'];

export function checkPredict(call: TableFunctionArguments): RowField[] {
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

export function checkEvaluate(call: TableFunctionArguments): RowField[] {
  checkPredict(call);
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
