import bytes from '#wasm?bytes';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../../engine/data/record-batch.ts';
import { valueText } from '../../engine/data/value-text.ts';
import { readValues } from '../../engine/expressions/column-values.ts';
import { ExpressionEvaluator } from '../../engine/expressions/expression-evaluator.ts';
import { loadWasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import { parseDataType, parseExpression } from '../../engine/table/parser/parser.ts';
import { ExpressionConverter } from '../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../engine/table/validate/scope.ts';
import { typeOfAst } from '../../engine/table/validate/type-of-ast.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { median } from './runner.ts';

/** The row that all expressions are computed from; texts of an auction site, as in Nexmark. */
interface Row {
  readonly a: bigint;
  readonly b: bigint;
  readonly x: number;
  readonly y: number;
  /** Hundredths. */
  readonly m: bigint;
  readonly n: bigint;
  readonly digits: string;
  readonly s: string;
  readonly url: string;
  readonly ms: number;
  readonly doc: string;
}

const TYPES: Readonly<Record<keyof Row, string>> = {
  a: 'BIGINT',
  b: 'BIGINT',
  x: 'DOUBLE',
  y: 'DOUBLE',
  m: 'DECIMAL(18, 2)',
  n: 'DECIMAL(18, 2)',
  digits: 'STRING',
  s: 'STRING',
  url: 'STRING',
  ms: 'TIMESTAMP(3)',
  doc: 'STRING',
};

interface Timed {
  readonly sql: string;
  /** Millions of rows a second and core. */
  readonly goal: number;
  /** The plain way to the same text. */
  readonly plain: (row: Row) => string | null;
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const hundredths = (value: bigint): string => {
  const size = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${size / 100n}.${pad(Number(size % 100n), 2)}`;
};
/** A quotient of hundredths at `scale` digits, rounded half up. */
const quotient = (m: bigint, n: bigint, scale: number): string => {
  const scaled = (2n * m * 10n ** BigInt(scale) + n) / (2n * n);
  return `${scaled / 10n ** BigInt(scale)}.${String(scaled % 10n ** BigInt(scale)).padStart(scale, '0')}`;
};
const day = ({ ms }: Row): string => new Date(ms).toISOString().slice(0, 10);

/** Goals of arithmetic and comparison are half of what bare kernels reach; of the others, what a query needs. */
const TIMED: readonly Timed[] = [
  { sql: 'a + b', goal: 400, plain: ({ a, b }) => String(a + b) },
  { sql: 'a * b', goal: 300, plain: ({ a, b }) => String(a * b) },
  { sql: 'a > b', goal: 400, plain: ({ a, b }) => (a > b ? 'TRUE' : 'FALSE') },
  { sql: 'x + y', goal: 400, plain: ({ x, y }) => valueText(x + y, { root: 'DOUBLE', nullable: false }) },
  { sql: 'x < y', goal: 400, plain: ({ x, y }) => (x < y ? 'TRUE' : 'FALSE') },
  { sql: 'm + n', goal: 50, plain: ({ m, n }) => hundredths(m + n) },
  { sql: 'm - n', goal: 50, plain: ({ m, n }) => hundredths(m - n) },
  {
    sql: 'm * n',
    goal: 50,
    plain: ({ m, n }) => `${(m * n) / 10000n}.${String((m * n) % 10000n).padStart(4, '0')}`,
  },
  { sql: 'm / n', goal: 50, plain: ({ m, n }) => quotient(m, n, 20) },
  { sql: 'CAST(a AS STRING)', goal: 15, plain: ({ a }) => String(a) },
  { sql: 'CAST(digits AS BIGINT)', goal: 15, plain: ({ digits }) => digits },
  { sql: "s LIKE '%x%'", goal: 15, plain: ({ s }) => (s.includes('x') ? 'TRUE' : 'FALSE') },
  { sql: 'SUBSTRING(s FROM 5 FOR 20)', goal: 15, plain: ({ s }) => s.slice(4, 24) },
  { sql: 'UPPER(s)', goal: 15, plain: ({ s }) => s.toUpperCase() },
  { sql: "CONCAT(s, '-', digits)", goal: 15, plain: ({ s, digits }) => `${s}-${digits}` },
  { sql: "DATE_FORMAT(ms, 'yyyy-MM-dd')", goal: 10, plain: day },
  {
    sql: "DATE_FORMAT(ms, 'yyyy-MM-dd HH:mm:ss')",
    goal: 10,
    plain: ({ ms }) => new Date(ms).toISOString().slice(0, 19).replace('T', ' '),
  },
  { sql: "SPLIT_INDEX(url, '/', 3)", goal: 15, plain: ({ url }) => url.split('/')[3] ?? null },
  {
    sql: "REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)",
    goal: 2,
    plain: ({ url }) => /(&|^)channel_id=([^&]*)/.exec(url)?.[2] ?? null,
  },
  {
    sql: "JSON_VALUE(doc, '$.bid.price')",
    goal: 1,
    plain: ({ doc }) => String((JSON.parse(doc) as { bid: { price: number } }).bid.price),
  },
];

const ROW_TYPE: RowType = {
  root: 'ROW',
  nullable: false,
  fields: Object.entries(TYPES).map(([name, text]) => ({ name, type: typeOfAst(parseDataType(text), text) })),
};
const ROUNDS = 7;
const ROUND_MS = 60;

/** How many rows a second do functions take, on one core, whole batches at a time? Every result is first compared with the plain way. */
export async function functions(): Promise<number> {
  const wasm = await loadWasm(bytes);
  const pool = new MemorySegmentPool(wasm);
  const rows = Array.from({ length: MAX_BATCH_ROWS }, (_, i) => rowOf(i));
  const builder = new BatchBuilder(wasm, pool, ROW_TYPE);
  for (const row of rows)
    builder.append(Object.values({ ...row, m: hundredths(row.m), n: hundredths(row.n) }));
  const batch = builder.build();
  console.log(`Node ${process.versions.node}: millions of rows a second of processor time\n`);
  let isRight = true;
  for (const { sql, goal, plain } of TIMED) {
    const expression = converted(sql);
    const evaluator = new ExpressionEvaluator(wasm, pool, {
      inputType: ROW_TYPE,
      configuration: {},
      clock: { now: () => 0 },
      expressions: [expression],
    });
    const [column] = evaluator.evaluate(batch);
    const wrong = readValues(wasm, column!, batch.rowCount).findIndex(
      (value, row) => (value === null ? null : valueText(value, expression.type)) !== plain(rows[row]!),
    );
    if (wrong >= 0) {
      isRight = false;
      console.error(`${sql} is wrong in row ${wrong}`);
    }
    const figures = Array.from({ length: ROUNDS }, () => rate(evaluator, batch));
    const spread = `(${Math.min(...figures).toFixed(1)} to ${Math.max(...figures).toFixed(1)})`;
    console.log(
      `${sql.padEnd(52)}${median(figures).toFixed(1).padStart(7)}  ${spread.padEnd(18)} goal ${goal}`,
    );
    evaluator.release();
  }
  builder.release();
  return isRight ? 0 : 1;
}

/** Millions of rows a second. */
function rate(evaluator: ExpressionEvaluator, batch: RecordBatch): number {
  const start = process.cpuUsage();
  const end = performance.now() + ROUND_MS;
  let batches = 0;
  for (; performance.now() < end; batches++) evaluator.evaluate(batch);
  const { user, system } = process.cpuUsage(start);
  return (batches * batch.rowCount) / (user + system);
}

function converted(sql: string) {
  const scope = new Scope([{ path: ['rows'], fields: ROW_TYPE.fields, firstInput: 0 }]);
  const environment = { timeZone: 'UTC', isStreaming: true, currentDatabase: 'default_database' };
  return new ExpressionConverter(environment, { source: sql, scope, clause: 'SELECT' }).convert(
    parseExpression(sql),
  );
}

function rowOf(i: number): Row {
  const mixed = (i * 2654435761) % 4294967296;
  const channel = mixed % 3 === 0 ? `&channel_id=${mixed % 1000}` : '';
  const ms = 1_436_918_400_000 + i * 7_777;
  return {
    a: BigInt(mixed) - 1_000_000n,
    b: BigInt((mixed >>> 7) + 1),
    x: mixed / 7,
    y: (mixed >>> 3) / 3,
    m: BigInt(mixed % 1_000_000_000) + 1n,
    n: BigInt((mixed >>> 5) % 100_000) + 1n,
    digits: String(mixed),
    s: `item ${pad(i, 4)} of the auction, as good as new, box ${mixed % 5 === 0 ? 'x' : 'o'}`.padEnd(50, '.'),
    url: `https://www.nexmark.com/${pad(i, 4)}/item.htm?query=1${channel}`,
    ms,
    doc: JSON.stringify({
      id: i,
      seller: { name: `person ${i % 100}`, city: 'Phoenix', tags: ['a', 'b', 'c'] },
      bid: { auction: i % 77, price: mixed % 10_000, channel: 'Google' },
      description: 'x'.repeat(60),
    }),
  };
}
