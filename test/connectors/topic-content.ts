import { decodeRows } from '../../engine/data/row-decoder.ts';
import type { ChangelogRow } from '../../engine/data/value.ts';
import type { TopicStore } from '../../engine/operators/stream-operator.ts';
import type { RowType } from '../../engine/types/logical-type.ts';

/** The committed rows of a partition. */
export async function topicRows(
  store: TopicStore,
  topic: string,
  partition: number,
  rowType: RowType,
): Promise<ChangelogRow[]> {
  const rows: ChangelogRow[] = [];
  for (;;) {
    const read = await store.read(topic, partition, rows.length, 300);
    if (!read) return rows;
    if (read.nextOffset - read.count !== rows.length) throw new Error('a whole batch was expected');
    const { records } = read;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at < records.length; at += view.getUint32(at, true)) {
      rows.push(...decodeRows(records.slice(at), rowType));
    }
    if (rows.length !== read.nextOffset) throw new Error('the rows are not as many as the store says');
  }
}
