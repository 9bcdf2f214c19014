/** What `map` gives for each item, or `items` itself where every one stays: unchanged parts of a tree are shared, and told by identity. */
export function mapShared<T>(items: readonly T[], map: (item: T) => T): readonly T[] {
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as T;
    const mapped = map(item);
    if (mapped === item) continue;
    const changed = items.slice(0, i);
    changed.push(mapped);
    for (let rest = i + 1; rest < items.length; rest++) changed.push(map(items[rest] as T));
    return changed;
  }
  return items;
}
