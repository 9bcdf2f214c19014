/** Selections by RowKind; twin of engine/operators/drop-update-before.ts. */

/** Lists the rows whose RowKind is not `kind`; gives how many they are. */
export function selectOtherKinds(rows: u32, kinds: usize, kind: u32, selection: usize): u32 {
  let end = selection;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(end, row);
    end += <usize>(load<u8>(kinds + row) != kind) << 2;
  }
  return <u32>((end - selection) >> 2);
}
