/** A tree with some of its nodes changed, from the leaves up. `change` gets a node whose parts are changed, and the node as it was. */
export function mapTree<T>(node: T, change: (node: object, before: object) => object): T {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) {
    const before: readonly unknown[] = node;
    const items = before.map((each) => mapTree(each, change));
    // What has not changed stays the same object.
    return items.some((each, i) => each !== before[i]) ? (items as T) : node;
  }
  const before = Object.entries(node);
  const parts = before.map(([key, value]: [string, unknown]) => [key, mapTree(value, change)] as const);
  const isSame = parts.every(([, value], i) => value === before[i]?.[1]);
  return change(isSame ? node : Object.fromEntries(parts), node) as T;
}
