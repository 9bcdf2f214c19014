/** A text that is no value of its column, or no record at all. The reader adds the file and the line. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  /** The column, with the fields of a ROW behind points. */
  readonly field: string | undefined;

  constructor(message: string, field?: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** The same error, known to be in a field. */
export function inField(error: unknown, field: string): FormatError {
  const inner = error instanceof FormatError ? error : new FormatError(String(error));
  return new FormatError(inner.message, inner.field === undefined ? field : `${field}.${inner.field}`, {
    cause: inner.cause,
  });
}

/** What was found, cut to a length that a message can bear. */
export function shown(text: string): string {
  return text.length <= 100 ? `'${text}'` : `'${text.slice(0, 100)}...'`;
}
