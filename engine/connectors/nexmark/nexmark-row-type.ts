import type { LogicalType, RowType } from '../../types/logical-type.ts';

/** The one row type of a Nexmark table. */
export const NEXMARK_ROW_TYPE: RowType = row(false, {
  event_type: { root: 'INTEGER', nullable: true },
  person: row(true, {
    id: bigint(),
    name: string(),
    emailAddress: string(),
    creditCard: string(),
    city: string(),
    state: string(),
    dateTime: timestamp(),
    extra: string(),
  }),
  auction: row(true, {
    id: bigint(),
    itemName: string(),
    description: string(),
    initialBid: bigint(),
    reserve: bigint(),
    dateTime: timestamp(),
    expires: timestamp(),
    seller: bigint(),
    category: bigint(),
    extra: string(),
  }),
  bid: row(true, {
    auction: bigint(),
    bidder: bigint(),
    price: bigint(),
    channel: string(),
    url: string(),
    dateTime: timestamp(),
    extra: string(),
  }),
});

function row(nullable: boolean, fields: Readonly<Record<string, LogicalType>>): RowType {
  return { root: 'ROW', nullable, fields: Object.entries(fields).map(([name, type]) => ({ name, type })) };
}
function bigint(): LogicalType {
  return { root: 'BIGINT', nullable: true };
}
function string(): LogicalType {
  return { root: 'VARCHAR', length: 2147483647, nullable: true };
}
function timestamp(): LogicalType {
  return { root: 'TIMESTAMP', precision: 3, nullable: true };
}
