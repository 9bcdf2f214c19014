/** What all nodes share: their place in the text, and names. */

import type { StringLiteral } from './expressions.ts';

/** Offsets of UTF-16 units from 0, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Node {
  readonly kind: string;
  readonly span: Span;
}

/** One name, unquoted and with its case as written: names are case-sensitive, keywords are not. */
export interface Identifier extends Node {
  readonly kind: 'Identifier';
  readonly name: string;
}

/**
 * The name of a catalog object (table, view, function, model, ...): `[[catalog.]database.]object`, as many parts
 * as were written. A path in an expression is a `ColumnPath`.
 */
export interface ObjectPath extends Node {
  readonly kind: 'ObjectPath';
  readonly parts: readonly Identifier[];
}

/** `'key' = 'value'` in WITH, SET, properties and hints. */
export interface Property extends Node {
  readonly kind: 'Property';
  readonly key: StringLiteral;
  readonly value: StringLiteral;
}

/** A piece of syntax that no validator lets pass. */
export interface Refused extends Node {
  /** What it is called where it is refused. */
  readonly what: string;
  /** Its tokens as written, with single blanks between them. */
  readonly text: string;
  /** What was read of it. */
  readonly parts: readonly Node[];
}
