/**
 * Trees as Flink draws them: an input in its parent's margin, `:-` before all but the last, which gets `+-`.
 *
 *   Join(...)
 *   :- Calc(...)
 *   :  +- TableSourceScan(...)
 *   +- TableSourceScan(...)
 */
export interface TreeNode {
  readonly text: string;
  readonly children: readonly TreeNode[];
}

export function drawTree(node: TreeNode): string {
  const lines: string[] = [];
  draw(node, '', '', lines);
  return lines.map((line) => `${line}\n`).join('');
}

function draw({ text, children }: TreeNode, head: string, margin: string, lines: string[]): void {
  lines.push(head + text);
  children.forEach((child, i) => {
    const isLast = i === children.length - 1;
    draw(child, `${margin}${isLast ? '+- ' : ':- '}`, `${margin}${isLast ? '   ' : ':  '}`, lines);
  });
}
