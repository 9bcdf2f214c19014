import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { TABLES, TYPES, type Sample } from './sql-samples.ts';

const environment = new TableEnvironment({
  cluster: () => Promise.reject(new Error('nothing runs here')),
});

/** Tables with a column of each type: a stored one, unless only CAST has the type. */
const TYPED_TABLES = TYPES.map((type, i) => {
  const column = type.startsWith('INTERVAL') ? `c AS CAST(NULL AS ${type})` : `c ${type}`;
  return `CREATE TABLE type_${i} (i INT, ${column}) WITH ('connector' = 'datagen');\n`;
});
export const TYPE_SAMPLES = TYPES.map((type, i): Sample => [type, `SELECT c FROM type_${i}`]);

/** Why a query is not planned, or undefined; for many queries of one session. */
export function refusals(queries: readonly string[]): (string | undefined)[] {
  const { statements, errors } = environment.check(`${TABLES}${TYPED_TABLES.join('')}${queries.join(';\n')}`);
  const own = statements.slice(statements.length - queries.length);
  const reasons = own.map(({ start, end }) => {
    return errors.find(({ position }) => position && position.start >= start && position.start < end)
      ?.message;
  });
  const [first] = errors;
  if (first && !reasons.includes(first.message))
    throw new Error(`${first.message} at ${first.position?.line}`);
  return reasons;
}

/** Why a statement that may change the session is refused, or undefined. */
export function refusalOf(sql: string): string | undefined {
  return environment.check(`${TABLES}${sql}`).errors[0]?.message;
}

/** Throws if a sample is refused for another reason than that it is not supported: then the sample is wrong. */
export function isSupported(sql: string, reason: string | undefined): boolean {
  if (reason !== undefined && !/not support/i.test(reason)) throw new Error(`${sql}\n${reason}`);
  return reason === undefined;
}
