import { type ErrorData, toErrorData } from '../types/errors.ts';

/** An error as a person reads it: `job.sql:3:8: what is wrong`, then what would do, then the causes. */
export function errorText(error: unknown, file: string): string {
  if (error instanceof AggregateError) return error.errors.map((each) => errorText(each, file)).join('\n');
  return dataText(toErrorData(error), file);
}

function dataText(
  { position, message, expected, suggestions, task, cause }: ErrorData,
  file: string,
): string {
  const lines = [
    `${position ? `${file}:${position.line}:${position.column}: ` : ''}${task ? `${task}: ` : ''}${message}`,
  ];
  if (expected?.length) lines.push(`  expected: ${expected.slice(0, 12).join(', ')}`);
  if (suggestions?.length) lines.push(`  did you mean: ${suggestions.join(', ')}`);
  if (cause && !message.includes(cause.message)) lines.push(`  caused by: ${dataText(cause, file)}`);
  return lines.join('\n');
}
