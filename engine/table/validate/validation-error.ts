/** A ValidationException that points at a piece of the text. */

import { NotSupportedException, ValidationException } from '../../types/errors.ts';
import type { SqlErrorDetails } from '../../types/errors.ts';
import { positionOf } from '../parser/ast.ts';
import type { Span } from '../parser/ast.ts';

/** `node` is what the mistake is about, in `source`; `suggestions` are names that would do, best first. */
export function invalid(
  source: string,
  node: { readonly span: Span },
  message: string,
  suggestions?: readonly string[],
): ValidationException {
  return new ValidationException(message, {
    ...detailsAt(source, node),
    suggestions: suggestions?.length ? suggestions : undefined,
  });
}

function detailsAt(source: string, { span }: { readonly span: Span }): SqlErrorDetails {
  return { position: positionOf(source, span), found: source.slice(span.start, span.end) };
}

/** For what parses and is understood, and has no implementation: the name of the thing and its place. */
export function notSupported(
  source: string,
  node: { readonly span: Span },
  what: string,
): NotSupportedException {
  return new NotSupportedException(`${what} is not supported`, detailsAt(source, node));
}

/** A span from the start of the first node to the end of the last. */
export function spanOver(
  first: { readonly span: Span },
  last: { readonly span: Span },
): { readonly span: Span } {
  return { span: { start: first.span.start, end: last.span.end } };
}
