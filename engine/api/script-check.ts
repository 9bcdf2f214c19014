import { positionOf } from '../table/parser/ast/position.ts';
import type { Statement } from '../table/parser/ast.ts';
import { parseScript } from '../table/parser/parser.ts';
import { UnknownSignatureException } from '../table/validate/user-call.ts';
import { MillraceError, toErrorData, ValidationException, type ErrorData } from '../types/errors.ts';
import { isStackOverflow } from '../types/stack-overflow.ts';
import { UnsureNames } from './unsure-names.ts';

/** A statement that holds more within each other than there is room for. */
export function tooDeep({ span }: Statement, script: string): ValidationException {
  const position = positionOf(script, span);
  return new ValidationException('The statement is nested too deeply.', { position });
}

/** An error and the further mistakes of its statement. */
export function allOf(error: MillraceError): readonly MillraceError[] {
  return error instanceof ValidationException ? [error, ...error.others] : [error];
}

/** Several mistakes as one error, whose text has all of theirs; a single one is thrown as it is. */
export function together(mistakes: readonly MillraceError[]): Error {
  const [first, second] = mistakes;
  if (first && !second) return first;
  const texts = mistakes.map(({ message }) => message).join('\n');
  return new AggregateError(mistakes, `${mistakes.length} mistakes:\n${texts}`);
}

/** A statement of a script: its text and place, and what it is. */
export interface ScriptStatement {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly kind: Statement['kind'];
}

export interface ScriptCheck {
  readonly statements: readonly ScriptStatement[];
  /** In the order of their places; each has one. */
  readonly errors: readonly ErrorData[];
}

/**
 * All mistakes of syntax of a script, and those of meaning of each statement that could be read.
 *
 * @param attempt does all of a statement but run its job; the statements come one after the other
 */
export function checkScript(script: string, attempt: (statement: Statement) => void): ScriptCheck {
  const { statements, errors } = parseScript(script);
  const found = errors.map((error) => toErrorData(error));
  const unsure = new UnsureNames();
  let end = 0; // of the last statement; what could not be read stands in between
  for (const statement of statements) {
    const { span } = statement;
    if (errors.some(({ position }) => position!.start >= end && position!.start < span.start))
      unsure.add(script.slice(end, span.start));
    end = span.end;
    try {
      attempt(statement);
    } catch (thrown) {
      const error = isStackOverflow(thrown) ? tooDeep(statement, script) : thrown;
      if (!(error instanceof MillraceError)) throw error;
      if (error instanceof UnknownSignatureException) continue; // known when its module has come
      for (const each of allOf(error)) {
        const data = toErrorData(each);
        if (!unsure.explains(data))
          found.push({ ...data, position: data.position ?? positionOf(script, span) });
      }
      unsure.add(script.slice(span.start, span.end)); // for those behind it: it does not explain itself
    }
  }
  found.sort((a, b) => a.position!.start - b.position!.start);
  const known = statements.map(({ kind, span }) => ({
    kind,
    text: script.slice(span.start, span.end),
    ...span,
  }));
  return { statements: known, errors: found };
}
