/** The Nexmark schema and queries as the examples have them. */

import { signatureOf } from '../../../engine/table/catalog/user-function-signature.ts';
import type { PlannerSession } from '../planner-session.ts';

const ROWS = [
  'person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, `dateTime` TIMESTAMP(3), extra STRING>',
  'auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>',
  'bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, `dateTime` TIMESTAMP(3), extra STRING>',
];

const SCHEMA = [
  `CREATE TABLE events (event_type INT, ${ROWS.join(', ')},
    \`dateTime\` AS CASE event_type WHEN 0 THEN person.\`dateTime\` WHEN 1 THEN auction.\`dateTime\` ELSE bid.\`dateTime\` END,
    WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '4' SECOND) WITH ('connector' = 'nexmark')`,
  `CREATE VIEW person AS SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, \`dateTime\`, person.extra
    FROM events WHERE event_type = 0`,
  `CREATE VIEW auction AS SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, \`dateTime\`,
    auction.expires, auction.seller, auction.category, auction.extra FROM events WHERE event_type = 1`,
  `CREATE VIEW bid AS SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, \`dateTime\`, bid.extra FROM events WHERE event_type = 2`,
  `CREATE TABLE log (auction BIGINT, bidder BIGINT, price BIGINT, \`dateTime\` TIMESTAMP(3), extra STRING, dt STRING, hm STRING)
    PARTITIONED BY (dt, hm) WITH ('connector' = 'filesystem', 'path' = '/out', 'format' = 'csv')`,
];

export function createNexmark(session: PlannerSession): void {
  for (const statement of SCHEMA) session.execute(statement);
  session.executor.catalogs.functions.registerSystem(
    'count_char',
    {
      className: 'functions.js#countChar',
      language: 'JAVASCRIPT',
      isTemporary: true,
    },
    false,
  );
  session.executor.catalogs.functions.describe('functions.js#countChar', {
    signature: signatureOf({
      kind: 'scalar',
      parameters: ['STRING', 'STRING'],
      returns: 'BIGINT',
      eval: (): never => {
        throw new Error('planned, never called');
      },
    }),
  });
}

const REGEXP = `REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)`;

export const QUERIES = {
  q0: 'SELECT auction, bidder, price, `dateTime`, extra FROM bid',
  q1: 'SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid',
  q2: 'SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0',
  q3: `SELECT P.name, P.city, P.state, A.id FROM auction AS A INNER JOIN person AS P ON A.seller = P.id
    WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')`,
  q10: `INSERT INTO log SELECT auction, bidder, price, \`dateTime\`, extra, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS dt,
    DATE_FORMAT(\`dateTime\`, 'HH:mm') AS hm FROM bid`,
  'q12-event-time': `SELECT bidder, COUNT(*) AS bid_count, window_start AS starttime, window_end AS endtime
    FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end`,
  q14: `SELECT auction, bidder, 0.908 * price AS price, CASE WHEN HOUR(\`dateTime\`) >= 8 AND HOUR(\`dateTime\`) <= 18 THEN 'dayTime'
      WHEN HOUR(\`dateTime\`) <= 6 OR HOUR(\`dateTime\`) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
    \`dateTime\`, extra, count_char(extra, 'c') AS c_counts FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000`,
  q17: `SELECT auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`, COUNT(*) AS total_bids,
    COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids, COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
    COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids, MIN(price) AS min_price, MAX(price) AS max_price,
    AVG(price) AS avg_price, SUM(price) AS sum_price FROM bid GROUP BY auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')`,
  q21: `SELECT auction, bidder, price, channel, CASE WHEN LOWER(channel) = 'apple' THEN '0' WHEN LOWER(channel) = 'google' THEN '1'
    WHEN LOWER(channel) = 'facebook' THEN '2' WHEN LOWER(channel) = 'baidu' THEN '3' ELSE ${REGEXP} END AS channel_id FROM bid
    WHERE ${REGEXP} IS NOT NULL OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')`,
  q22: `SELECT auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2,
    SPLIT_INDEX(url, '/', 5) AS dir3 FROM bid`,
  'hot items': `SELECT auction, COUNT(*) AS num, window_start AS starttime, window_end AS endtime
    FROM TABLE(HOP(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND)) GROUP BY auction, window_start, window_end`,
} as const;
