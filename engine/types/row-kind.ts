/** What a row says about the table it changes. The numbers are Flink's `RowKind.toByteValue()`. */
export const RowKind = { INSERT: 0, UPDATE_BEFORE: 1, UPDATE_AFTER: 2, DELETE: 3 } as const;
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** `+I` `-U` `+U` `-D`, indexed by RowKind. */
export const ROW_KIND_TEXT = ['+I', '-U', '+U', '-D'] as const;

/** Which kinds of change a stream may carry; `-U` is sent only where somebody needs it (S-33). */
export interface ChangelogMode {
  readonly insert: boolean;
  readonly updateBefore: boolean;
  readonly updateAfter: boolean;
  readonly delete: boolean;
}

export const INSERT_ONLY: ChangelogMode = {
  insert: true,
  updateBefore: false,
  updateAfter: false,
  delete: false,
};
