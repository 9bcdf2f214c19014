/**
 * The errors Millrace raises, and their form on the wire.
 *
 * Each knows its phase, so that a page can tell a typing mistake (`parse`, `validate`) from a job that failed
 * (`run`) without reading the text. An `Error` loses its class when it is posted to another thread, so what
 * crosses a worker is `ErrorData`: plain, structured-cloneable, and turned back by `fromErrorData`.
 */

/** The part of a SQL text an error is about. Lines and columns count from 1, offsets (UTF-16 units) from 0; the end is exclusive. */
export interface SqlPosition {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly start: number;
  readonly end: number;
}

/** When an error came up: reading the text, resolving it, planning and table management, or while the job ran. */
export type ErrorPhase = 'parse' | 'validate' | 'table' | 'run';

/** What a person can do about a mistake in SQL: where it is, what stands there, what would do instead. */
export interface SqlErrorDetails {
  readonly position?: SqlPosition | undefined;
  /** The text found at the position, as written; `end of input` when the text ended too soon. */
  readonly found?: string | undefined;
  /** Keywords or classes of word that would do at the position, e.g. `BY`, `identifier`. */
  readonly expected?: readonly string[] | undefined;
  /** The nearest known names, best first. */
  readonly suggestions?: readonly string[] | undefined;
}

/** Base of every error that is not our own mistake (those are failed asserts). */
export abstract class MillraceError extends Error {
  abstract readonly phase: ErrorPhase;
}

abstract class SqlError extends MillraceError {
  readonly position: SqlPosition | undefined;
  readonly found: string | undefined;
  readonly expected: readonly string[] | undefined;
  readonly suggestions: readonly string[] | undefined;

  /** `message` stands alone, without the position: whoever shows it puts line and column where they belong. */
  constructor(message: string, details: SqlErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.position = details.position;
    this.found = details.found;
    this.expected = details.expected;
    this.suggestions = details.suggestions;
  }
}

/** The text is not SQL: raised by lexer and parser alone, always with a position. */
export class SqlSyntaxError extends SqlError {
  override readonly name = 'SqlSyntaxError';
  override readonly phase = 'parse';
}

/** The text is SQL that means nothing here: an unknown name, a wrong type, a query the planner has to refuse. */
export class ValidationException extends SqlError {
  override readonly name = 'ValidationException';
  override readonly phase = 'validate';
  /** Further mistakes of the same statement, which this one has nothing to do with. */
  others: readonly ValidationException[] = [];
}

/** The text means something that Millrace cannot do. */
export class NotSupportedException extends ValidationException {}

/** `x / 0` among constants, which the planner finds: it knows no place, its caller looks for one. */
export class DivisionByZero extends ValidationException {
  constructor(details: SqlErrorDetails = {}) {
    super('Division by zero', details);
  }
}

/** A table, catalog or plan operation that cannot be done, with no place in a SQL text to point at. */
export class TableException extends MillraceError {
  override readonly name = 'TableException';
  override readonly phase = 'table';
}

/** A failure of a running job: which task, which subtask (from 0), and why (`cause`). */
export class RuntimeFailure extends MillraceError {
  override readonly name = 'RuntimeFailure';
  override readonly phase = 'run';
  readonly task: string | undefined;
  readonly subtask: number | undefined;

  constructor(
    message: string,
    at: { task?: string | undefined; subtask?: number | undefined } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.task = at.task;
    this.subtask = at.subtask;
  }
}

/** An error as plain data. `name` is the class to make of it again; an unknown one becomes an `Error` of that name. */
export interface ErrorData extends SqlErrorDetails {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly task?: string | undefined;
  readonly subtask?: number | undefined;
  readonly cause?: ErrorData | undefined;
}

// A chain of causes can be a circle; nobody reads past this many.
const MAX_CAUSES = 16;

/** Plain data for any thrown value, ready to be posted to another thread or stored; causes are kept. */
export function toErrorData(error: unknown, depth = 0): ErrorData {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const cause =
    error.cause === undefined || depth === MAX_CAUSES ? undefined : toErrorData(error.cause, depth + 1);
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error instanceof SqlError && {
      position: error.position,
      found: error.found,
      expected: error.expected,
      suggestions: error.suggestions,
    }),
    ...(error instanceof RuntimeFailure && { task: error.task, subtask: error.subtask }),
    ...(cause && { cause }),
  };
}

/** The error that `data` was made from: same class, text, details, causes and original stack. */
export function fromErrorData(data: ErrorData): Error {
  const error = construct(data, data.cause && { cause: fromErrorData(data.cause) });
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

function construct(data: ErrorData, options: ErrorOptions | undefined): Error {
  switch (data.name) {
    case 'SqlSyntaxError':
      return new SqlSyntaxError(data.message, data, options);
    case 'ValidationException':
      return new ValidationException(data.message, data, options);
    case 'TableException':
      return new TableException(data.message, options);
    case 'RuntimeFailure':
      return new RuntimeFailure(data.message, data, options);
    default: {
      const error = new Error(data.message, options);
      error.name = data.name;
      return error;
    }
  }
}
