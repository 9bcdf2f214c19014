import { nexmarkTables } from './nexmark.ts';

/** A script to begin with. Titles are in both languages; the SQL is SQL. */
export interface Example {
  readonly id: string;
  readonly title: { readonly en: string; readonly 'zh-cn': string };
  readonly script: string;
}

const CHECKPOINTS = `SET 'execution.checkpointing.interval' = '3 s';\n`;

function nexmark(about: string, query: string, rate = 1000): string {
  return `${about}\n${CHECKPOINTS}\n${nexmarkTables(rate)}\n${query.trim()};\n`;
}

export const EXAMPLES: readonly Example[] = [
  {
    id: 'hot-items',
    title: {
      en: 'Hot items: bids per auction in sliding windows',
      'zh-cn': '热门商品：滑动窗口内每场拍卖的出价数',
    },
    script: nexmark(
      `-- Hot items: how many bids each auction got in the last ten seconds, every two seconds.
-- Ctrl+Enter (Cmd+Enter) runs the script. Then kill a TaskManager, or close the tab and open it again:
-- the job goes on from its last checkpoint, and no bid is lost or counted twice.`,
      `
SELECT auction, COUNT(*) AS bids, window_start, window_end
FROM TABLE(HOP(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '2' SECOND, INTERVAL '10' SECOND))
GROUP BY auction, window_start, window_end
`,
    ),
  },
  {
    id: 'q0',
    title: { en: 'Nexmark q0: pass through', 'zh-cn': 'Nexmark q0：直通' },
    script: nexmark(
      '-- Nexmark q0. Every bid, as it comes.',
      'SELECT auction, bidder, price, `dateTime`, extra FROM bid',
      100,
    ),
  },
  {
    id: 'q1',
    title: { en: 'Nexmark q1: currency conversion', 'zh-cn': 'Nexmark q1：货币换算' },
    script: nexmark(
      '-- Nexmark q1. Every bid with its price in euros: decimal arithmetic.',
      'SELECT auction, bidder, 0.908 * price AS price, `dateTime`, extra FROM bid',
      100,
    ),
  },
  {
    id: 'q2',
    title: { en: 'Nexmark q2: selection', 'zh-cn': 'Nexmark q2：过滤' },
    script: nexmark(
      '-- Nexmark q2. The bids for every 123rd auction.',
      'SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0',
    ),
  },
  {
    id: 'q3',
    title: { en: 'Nexmark q3: local item suggestion (join)', 'zh-cn': 'Nexmark q3：本地商品推荐（连接）' },
    script: nexmark(
      '-- Nexmark q3. Who sells in OR, ID or CA in category 10: a regular join that keeps both sides.',
      `
SELECT P.name, P.city, P.state, A.id
FROM auction AS A INNER JOIN person AS P ON A.seller = P.id
WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')
`,
    ),
  },
  {
    id: 'q10',
    title: { en: 'Nexmark q10: log by day and minute', 'zh-cn': 'Nexmark q10：按天和分钟记录' },
    script: nexmark(
      '-- Nexmark q10. Every bid with the day and the minute that a log would be partitioned by.',
      `
SELECT auction, bidder, price, \`dateTime\`, extra,
  DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS dt, DATE_FORMAT(\`dateTime\`, 'HH:mm') AS hm
FROM bid
`,
      100,
    ),
  },
  {
    id: 'q12',
    title: {
      en: 'Nexmark q12: bids per bidder in tumbling windows',
      'zh-cn': 'Nexmark q12：滚动窗口内每位出价人的出价数',
    },
    script: nexmark(
      '-- Nexmark q12, in event time. How many bids each bidder made in every ten seconds.',
      `
SELECT bidder, COUNT(*) AS bid_count, window_start AS starttime, window_end AS endtime
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '10' SECOND))
GROUP BY bidder, window_start, window_end
`,
    ),
  },
  {
    id: 'q14',
    title: { en: 'Nexmark q14: calculation', 'zh-cn': 'Nexmark q14：计算' },
    script: nexmark(
      '-- Nexmark q14. Decimals, a CASE on the hour, and how often the letter c occurs.',
      `
SELECT auction, bidder, 0.908 * price AS price,
  CASE
    WHEN HOUR(\`dateTime\`) >= 8 AND HOUR(\`dateTime\`) <= 18 THEN 'dayTime'
    WHEN HOUR(\`dateTime\`) <= 6 OR HOUR(\`dateTime\`) >= 20 THEN 'nightTime'
    ELSE 'otherTime'
  END AS bidTimeType,
  \`dateTime\`, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
FROM bid
WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000
`,
    ),
  },
  {
    id: 'q17',
    title: {
      en: 'Nexmark q17: statistics of an auction and day',
      'zh-cn': 'Nexmark q17：每场拍卖每天的统计',
    },
    script: nexmark(
      '-- Nexmark q17. An aggregation without windows: every bid updates the row of its auction and day.',
      `
SELECT auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd') AS \`day\`,
  COUNT(*) AS total_bids,
  COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids,
  COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
  COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
  MIN(price) AS min_price, MAX(price) AS max_price, AVG(price) AS avg_price, SUM(price) AS sum_price
FROM bid
GROUP BY auction, DATE_FORMAT(\`dateTime\`, 'yyyy-MM-dd')
`,
    ),
  },
  {
    id: 'q21',
    title: { en: 'Nexmark q21: channel id', 'zh-cn': 'Nexmark q21：渠道编号' },
    script: nexmark(
      '-- Nexmark q21. LOWER, IN and a regular expression.',
      `
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
`,
      100,
    ),
  },
  {
    id: 'q22',
    title: { en: 'Nexmark q22: directories of a URL', 'zh-cn': 'Nexmark q22：URL 的目录' },
    script: nexmark(
      '-- Nexmark q22. The directories of a URL.',
      `
SELECT auction, bidder, price, channel,
  SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3
FROM bid
`,
      100,
    ),
  },
];
