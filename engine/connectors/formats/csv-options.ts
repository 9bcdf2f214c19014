/** How a CSV text is written; characters are single UTF-16 units, and absent ones mean nothing. */
export interface CsvDialect {
  readonly fieldDelimiter: string;
  readonly quote: string | undefined;
  readonly escape: string | undefined;
  readonly arrayDelimiter: string;
  readonly nullLiteral: string | undefined;
  readonly allowComments: boolean;
}
