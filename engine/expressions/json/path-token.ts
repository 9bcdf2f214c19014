import type { PathFilter } from './path-filter.ts';
import type { PathFunction } from './path-function.ts';

/** A step of a compiled path. */
export type PathToken =
  /** One name; several at the end of a path are one object, elsewhere each goes on by itself. */
  | { readonly kind: 'members'; readonly names: readonly string[] }
  | { readonly kind: 'items'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  /** `..`: the next step, anywhere below. */
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly filter: PathFilter }
  | { readonly kind: 'function'; readonly run: PathFunction };

/** Whether a step leads to one place at most. */
export function isDefinite(token: PathToken, isLast: boolean): boolean {
  switch (token.kind) {
    case 'members':
      return token.names.length === 1 || isLast;
    case 'items':
      return token.indexes.length === 1;
    case 'function':
      return true;
    default:
      return false;
  }
}
