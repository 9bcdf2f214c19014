import { NEXMARK_QUERIES, nexmarkTables } from '../../ui/examples/nexmark.ts';

/** A query that is timed: where its rows go, and how fast it has to be. */
export interface BenchQuery {
  readonly id: string;
  readonly sql: string;
  /** Columns of the sink. */
  readonly columns: string;
  /** Millions of events a second and worker, generation included. */
  readonly goal: number;
  /** Whether rows are exchanged by key, so that a second worker can help. */
  readonly isKeyed: boolean;
}

const BID = 'auction BIGINT, bidder BIGINT, price BIGINT';

const TIMED: readonly Omit<BenchQuery, 'sql'>[] = [
  { id: 'q0', columns: `${BID}, ts TIMESTAMP(3), extra STRING`, goal: 20, isKeyed: false },
  {
    id: 'q1',
    columns: 'auction BIGINT, bidder BIGINT, price DECIMAL(23, 3), ts TIMESTAMP(3), extra STRING',
    goal: 15,
    isKeyed: false,
  },
  { id: 'q2', columns: 'auction BIGINT, price BIGINT', goal: 18, isKeyed: false },
  { id: 'q3', columns: 'name STRING, city STRING, state STRING, id BIGINT', goal: 10, isKeyed: true },
  {
    id: 'q14',
    columns:
      'auction BIGINT, bidder BIGINT, price DECIMAL(23, 3), kind STRING, ts TIMESTAMP(3), extra STRING, c INT',
    goal: 14,
    isKeyed: false,
  },
  {
    id: 'q17',
    columns:
      'auction BIGINT, `day` STRING, total BIGINT, rank1 BIGINT, rank2 BIGINT, rank3 BIGINT, low BIGINT, high BIGINT, mean BIGINT, total_price BIGINT',
    goal: 6,
    isKeyed: true,
  },
  { id: 'q21', columns: `${BID}, channel STRING, channel_id STRING`, goal: 14, isKeyed: false },
  {
    id: 'q22',
    columns: `${BID}, channel STRING, dir1 STRING, dir2 STRING, dir3 STRING`,
    goal: 10,
    isKeyed: false,
  },
  {
    id: 'hot-items',
    columns: 'auction BIGINT, bids BIGINT, s TIMESTAMP(3), e TIMESTAMP(3)',
    goal: 6,
    isKeyed: true,
  },
  {
    id: 'q12',
    columns: 'bidder BIGINT, bids BIGINT, s TIMESTAMP(3), e TIMESTAMP(3)',
    goal: 9,
    isKeyed: true,
  },
];

export const BENCH_QUERIES: readonly BenchQuery[] = TIMED.map((timed) => {
  const query = NEXMARK_QUERIES.find(({ id }) => id === timed.id);
  if (!query) throw new Error(`no query ${timed.id}`);
  return { ...timed, sql: query.sql };
});

const RATE = 20_000;

/** The query over so many events into a black hole. */
export function timedScript({ sql, columns }: BenchQuery, events: number, parallelism: number): string {
  return `
SET 'parallelism.default' = '${parallelism}';
${nexmarkTables(RATE, { 'events.num': String(events) })}
CREATE TABLE sink (${columns}) WITH ('connector' = 'blackhole');
INSERT INTO sink ${sql};
`;
}

/** The query over so many events as a result. */
export function resultScript({ sql }: Pick<BenchQuery, 'sql'>, events: number, parallelism: number): string {
  return `
SET 'parallelism.default' = '${parallelism}';
${nexmarkTables(RATE, { 'events.num': String(events) })}
${sql};
`;
}
