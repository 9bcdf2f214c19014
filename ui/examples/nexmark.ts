/**
 * The table of Nexmark events and its three views.
 *
 * @param rate events a second, of event time and (unless they are limited in number) of the clock.
 * @param options more options of the connector, e.g. `events.num`.
 * @param delay what the watermark stays behind, in seconds.
 */
export function nexmarkTables(
  rate: number,
  options: Readonly<Record<string, string>> = {},
  delay = '4',
): string {
  const more = Object.entries(options).map(([key, value]) => `,\n  '${key}' = '${value}'`);
  return `CREATE TABLE events (
  event_type INT,
  person ROW<id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, \`dateTime\` TIMESTAMP(3), extra STRING>,
  auction ROW<id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, \`dateTime\` TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>,
  bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING>,
  \`dateTime\` AS CASE event_type WHEN 0 THEN person.\`dateTime\` WHEN 1 THEN auction.\`dateTime\` ELSE bid.\`dateTime\` END,
  WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '${delay}' SECOND
) WITH (
  'connector' = 'nexmark',
  'first-event.rate' = '${rate}',
  'next-event.rate' = '${rate}'${more.join('')}
);

CREATE TEMPORARY VIEW person AS
SELECT person.id, person.name, person.emailAddress, person.creditCard, person.city, person.state, \`dateTime\`, person.extra
FROM events WHERE event_type = 0;

CREATE TEMPORARY VIEW auction AS
SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, \`dateTime\`, auction.expires,
  auction.seller, auction.category, auction.extra
FROM events WHERE event_type = 1;

CREATE TEMPORARY VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, \`dateTime\`, bid.extra
FROM events WHERE event_type = 2;
`;
}

/** A query of the benchmark over those views. */
export interface NexmarkQuery {
  readonly id: string;
  readonly title: { readonly en: string; readonly 'zh-cn': string };
  readonly about: { readonly en: string; readonly 'zh-cn': string };
  readonly sql: string;
  /** Events a second at which its rows can be followed with the eye. */
  readonly rate: number;
}

export const NEXMARK_QUERIES: readonly NexmarkQuery[] = [
  {
    id: 'hot-items',
    title: {
      en: 'Hot items: bids per auction in sliding windows',
      'zh-cn': '热门商品：滑动窗口内每场拍卖的出价数',
    },
    about: {
      en: 'Hot items: how many bids each auction got in the last ten seconds, every two seconds. Ctrl+Enter (Cmd+Enter) runs the script. Then kill a TaskManager, or close the tab and open it again: the job goes on from its last checkpoint, and no bid is lost or counted twice.',
      'zh-cn':
        '热门商品：每两秒统计一次，过去十秒内每场拍卖收到多少次出价。按 Ctrl+Enter（Mac 上是 Cmd+Enter）运行脚本。然后终止一个 TaskManager，或关闭标签页再打开：作业会从最近的检查点继续，出价不会丢失，也不会重复计数。',
    },
    sql: `
SELECT auction, COUNT(*) AS bids, window_start, window_end
FROM TABLE(HOP(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
GROUP BY auction, window_start, window_end
`.trim(),
    rate: 1000,
  },
  {
    id: 'q0',
    title: { en: 'Nexmark q0: pass through', 'zh-cn': 'Nexmark q0：直通' },
    about: { en: 'Nexmark q0. Every bid, as it comes.', 'zh-cn': 'Nexmark q0：原样输出每一次出价。' },
    sql: 'SELECT auction, bidder, price, `dateTime`, extra FROM bid',
    rate: 100,
  },
  {
    id: 'q1',
    title: { en: 'Nexmark q1: currency conversion', 'zh-cn': 'Nexmark q1：货币换算' },
    about: {
      en: 'Nexmark q1. Every bid with its price in euros: decimal arithmetic.',
      'zh-cn': 'Nexmark q1：把每次出价换算成欧元，使用十进制运算。',
    },
    sql: 'SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid',
    rate: 100,
  },
  {
    id: 'q2',
    title: { en: 'Nexmark q2: selection', 'zh-cn': 'Nexmark q2：过滤' },
    about: {
      en: 'Nexmark q2. The bids for every 123rd auction.',
      'zh-cn': 'Nexmark q2：只保留编号能被 123 整除的拍卖的出价。',
    },
    sql: 'SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0',
    rate: 1000,
  },
  {
    id: 'q3',
    title: { en: 'Nexmark q3: local item suggestion (join)', 'zh-cn': 'Nexmark q3：本地商品推荐（连接）' },
    about: {
      en: 'Nexmark q3. Who sells in OR, ID or CA in category 10: a regular join that keeps both sides.',
      'zh-cn': 'Nexmark q3：谁在 OR、ID 或 CA 州出售第 10 类商品。这是保留两侧状态的普通连接。',
    },
    sql: `
SELECT P.name, P.city, P.state, A.id
FROM auction AS A INNER JOIN person AS P ON A.seller = P.id
WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')
`.trim(),
    rate: 1000,
  },
  {
    id: 'q10',
    title: { en: 'Nexmark q10: log by day and minute', 'zh-cn': 'Nexmark q10：按天和分钟记录' },
    about: {
      en: 'Nexmark q10. Every bid with the day and the minute that a log would be partitioned by.',
      'zh-cn': 'Nexmark q10：每次出价及其日期和分钟，日志可按它们分区。',
    },
    sql: `
SELECT auction, bidder, price, \`dateTime\`, extra,
  DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS dt, DATE_FORMAT(\`dateTime\`, 'HH:mm') AS hm
FROM bid
`.trim(),
    rate: 100,
  },
  {
    id: 'q12',
    title: {
      en: 'Nexmark q12: bids per bidder in tumbling windows',
      'zh-cn': 'Nexmark q12：滚动窗口内每位出价人的出价数',
    },
    about: {
      en: 'Nexmark q12, in event time. How many bids each bidder made in every ten seconds.',
      'zh-cn': 'Nexmark q12（事件时间）：每位出价人在每十秒内的出价次数。',
    },
    sql: `
SELECT bidder, COUNT(*) AS bid_count, window_start AS starttime, window_end AS endtime
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end
`.trim(),
    rate: 1000,
  },
  {
    id: 'q14',
    title: { en: 'Nexmark q14: calculation', 'zh-cn': 'Nexmark q14：计算' },
    about: {
      en: 'Nexmark q14. Decimals, a CASE on the hour, and how often the letter c occurs.',
      'zh-cn': 'Nexmark q14：十进制运算、按小时的 CASE，以及字母 c 出现的次数。',
    },
    sql: `
SELECT auction, bidder, 0.908 * price AS price,
  CASE
    WHEN HOUR(\`dateTime\`) >= 8 AND HOUR(\`dateTime\`) <= 18 THEN 'dayTime'
    WHEN HOUR(\`dateTime\`) <= 6 OR HOUR(\`dateTime\`) >= 20 THEN 'nightTime'
    ELSE 'otherTime'
  END AS bidTimeType,
  \`dateTime\`, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
FROM bid
WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000
`.trim(),
    rate: 1000,
  },
  {
    id: 'q17',
    title: {
      en: 'Nexmark q17: statistics of an auction and day',
      'zh-cn': 'Nexmark q17：每场拍卖每天的统计',
    },
    about: {
      en: 'Nexmark q17. An aggregation without windows: every bid updates the row of its auction and day.',
      'zh-cn': 'Nexmark q17：不带窗口的聚合，每次出价都会更新其拍卖和日期对应的行。',
    },
    sql: `
SELECT auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`,
  COUNT(*) AS total_bids,
  COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids,
  COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
  COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
  MIN(price) AS min_price, MAX(price) AS max_price, AVG(price) AS avg_price, SUM(price) AS sum_price
FROM bid
GROUP BY auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')
`.trim(),
    rate: 1000,
  },
  {
    id: 'q21',
    title: { en: 'Nexmark q21: channel id', 'zh-cn': 'Nexmark q21：渠道编号' },
    about: {
      en: 'Nexmark q21. LOWER, IN and a regular expression.',
      'zh-cn': 'Nexmark q21：LOWER、IN 和正则表达式。',
    },
    sql: `
SELECT auction, bidder, price, channel,
  CASE
    WHEN LOWER(channel) = 'apple' THEN '0'
    WHEN LOWER(channel) = 'google' THEN '1'
    WHEN LOWER(channel) = 'facebook' THEN '2'
    WHEN LOWER(channel) = 'baidu' THEN '3'
    ELSE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)
  END AS channel_id
FROM bid
WHERE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) IS NOT NULL OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')
`.trim(),
    rate: 100,
  },
  {
    id: 'q22',
    title: { en: 'Nexmark q22: directories of a URL', 'zh-cn': 'Nexmark q22：URL 的目录' },
    about: { en: 'Nexmark q22. The directories of a URL.', 'zh-cn': 'Nexmark q22：URL 中的各级目录。' },
    sql: `
SELECT auction, bidder, price, channel,
  SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3
FROM bid
`.trim(),
    rate: 100,
  },
];
