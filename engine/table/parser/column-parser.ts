/** What CREATE TABLE and ALTER TABLE share: columns, constraints, watermark, distribution, partitions. */

import type {
  ColumnDefinition,
  Distribution,
  Identifier,
  Literal,
  PartitionEntry,
  PartitionSpec,
  TableConstraint,
  WatermarkDefinition,
} from './ast.ts';
import { expression, plainExpression } from './expression-parser.ts';
import { comment, numberLiteral, stringLiteral, withProperties } from './literal-parser.ts';
import type { TokenStream } from './token-stream.ts';
import { dataType } from './type-parser.ts';

/** Watermarks and constraints; undefined when it is a column that comes. */
export function tableElement(p: TokenStream): TableConstraint | WatermarkDefinition | undefined {
  const { start } = p;
  if (p.accept('WATERMARK')) {
    p.expect('FOR');
    const column = p.objectPath();
    p.expect('AS');
    const value = plainExpression(p);
    return { kind: 'WatermarkDefinition', span: p.span(start), column, expression: value };
  }
  return constraint(p, true);
}

/** Refuses a second watermark, as Flink's parser does. */
export function oneWatermark(
  p: TokenStream,
  watermarks: readonly WatermarkDefinition[],
): WatermarkDefinition | undefined {
  const second = watermarks[1];
  if (second) p.fail('more than one WATERMARK is not supported', second.span);
  return watermarks[0];
}

export function columnDefinition(p: TokenStream): ColumnDefinition {
  const name = p.identifier();
  const { start } = name.span;
  if (p.accept('AS')) {
    const value = plainExpression(p);
    const text = comment(p);
    return { kind: 'ComputedColumn', span: p.span(start), name, expression: value, comment: text };
  }
  const type = dataType(p, true);
  if (p.accept('METADATA')) {
    const from = p.accept('FROM') ? stringLiteral(p) : undefined;
    const virtual = p.accept('VIRTUAL');
    const text = comment(p);
    return { kind: 'MetadataColumn', span: p.span(start), name, type, from, virtual, comment: text };
  }
  const key = constraint(p, false);
  const text = comment(p);
  return { kind: 'PhysicalColumn', span: p.span(start), name, type, constraint: key, comment: text };
}

/** `(a INT, b STRING COMMENT '…')` of a model; that all are physical is for the validator. */
export function modelColumns(p: TokenStream): ColumnDefinition[] {
  return p.parenthesised(() => p.list(() => columnDefinition(p)));
}

function constraint(p: TokenStream, withColumns: boolean): TableConstraint | undefined {
  const { start } = p;
  const name = p.accept('CONSTRAINT') ? p.identifier() : undefined;
  const word = p.acceptOneOf('PRIMARY', 'UNIQUE');
  if (!word) return name ? p.fail() : undefined;
  if (word === 'PRIMARY') p.expect('KEY');
  const columns = withColumns ? identifiers(p) : [];
  let enforced: boolean | undefined;
  if (p.accept('NOT', 'NOT ENFORCED')) {
    p.expect('ENFORCED');
    enforced = false;
  } else if (p.accept('ENFORCED')) {
    enforced = true;
  }
  const type = word === 'PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE';
  return { kind: 'TableConstraint', span: p.span(start), name, type, columns, enforced };
}

/** `(a, b)` */
export function identifiers(p: TokenStream): Identifier[] {
  return p.parenthesised(() => p.list(() => p.identifier()));
}

/** Behind DISTRIBUTED or DISTRIBUTION, which begins at `start`. */
export function distribution(p: TokenStream, start: number): Distribution {
  let method: Distribution['method'];
  let columns: Identifier[] = [];
  let buckets: Distribution['buckets'];
  const hasColumns = p.accept('BY');
  if (hasColumns) {
    method = p.acceptOneOf('HASH', 'RANGE');
    columns = identifiers(p);
  }
  if (p.accept('INTO')) {
    buckets = numberLiteral(p);
    p.expect('BUCKETS');
  } else if (!hasColumns) {
    p.fail();
  }
  return { kind: 'Distribution', span: p.span(start), method, columns, buckets };
}

/** Behind PARTITION: `(a = 1, b = 'x')`. `optionalValues` allows `(a, b)`, `options` a WITH behind it. */
export function partitionSpec(
  p: TokenStream,
  { optionalValues = false, options = false }: { optionalValues?: boolean; options?: boolean } = {},
): PartitionSpec {
  const { start } = p;
  const entries = p.parenthesised(() =>
    p.list((): PartitionEntry => {
      const column = p.identifier();
      let value: Literal | undefined;
      if (optionalValues ? p.acceptSymbol('=') : (p.expectSymbol('='), true)) value = signedLiteral(p);
      return { kind: 'PartitionEntry', span: p.span(column.span.start), column, value };
    }),
  );
  const properties = options ? withProperties(p) : [];
  return { kind: 'PartitionSpec', span: p.span(start), entries, properties };
}

// The sign of a number is part of it here, where no expression is allowed.
function signedLiteral(p: TokenStream): Literal {
  const { start } = p;
  const value = expression(p, 81);
  switch (value.kind) {
    case 'Unary':
      if (value.operand.kind !== 'NumberLiteral' || value.operator === 'NOT') break;
      return {
        ...value.operand,
        span: value.span,
        text: value.operator === '-' ? `-${value.operand.text}` : value.operand.text,
      };
    case 'NumberLiteral':
    case 'StringLiteral':
    case 'BinaryLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'DateTimeLiteral':
    case 'IntervalLiteral':
      return value;
  }
  return p.fail('the value of a partition column is a literal', p.span(start));
}
