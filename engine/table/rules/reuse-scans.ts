import type { PhysicalCalc, PhysicalNode, PhysicalTableSourceScan } from '../plan/physical-node.ts';
import { fieldOf, inputOf, rowTypeOf, substitute } from '../plan/rex.ts';
import { mapPhysical } from './map-physical.ts';

/**
 * Scans of one table, of all statements together, that ask for the same rows and for other columns become one wide scan, and who needs
 * less of it leaves the rest out (Flink's ScanReuser). So that one reader serves them all.
 */
export function reuseScans(
  roots: readonly PhysicalNode[],
  { isEnabled }: { readonly isEnabled: boolean },
): PhysicalNode[] {
  if (!isEnabled) return [...roots];
  const groups = new Map<string, Set<PhysicalTableSourceScan>>();
  const visit = (node: PhysicalNode): void => {
    if (node.kind === 'TableSourceScan') {
      const key = scanKey(node);
      groups.set(key, (groups.get(key) ?? new Set()).add(node));
    }
    node.inputs.forEach(visit);
  };
  roots.forEach(visit);
  const replaced = new Map<PhysicalTableSourceScan, PhysicalNode>();
  for (const scans of groups.values()) widen([...scans], replaced);
  if (replaced.size === 0) return [...roots];
  return roots.map((root) => mapPhysical(root, (node) => withReplaced(node, replaced)));
}

function scanKey({ table, filter, limit }: PhysicalTableSourceScan): string {
  const { catalog, database, name, hintedOptions } = table;
  return JSON.stringify([catalog, database, name, hintedOptions, filter, limit]);
}

function widen(
  scans: readonly PhysicalTableSourceScan[],
  replaced: Map<PhysicalTableSourceScan, PhysicalNode>,
): void {
  const [first] = scans;
  if (!first || scans.every((scan) => columnsOf(scan).join() === columnsOf(first).join())) return;
  const { storedType } = first.table;
  const all = [...new Set(scans.flatMap(columnsOf))].sort((a, b) => a - b);
  const wide: PhysicalTableSourceScan = {
    ...first,
    project: all,
    rowType: rowTypeOf(all.map((column) => fieldOf(storedType, column))),
  };
  for (const scan of scans) {
    const columns = columnsOf(scan);
    const { changelogMode } = scan;
    const projects = columns.map((column) => inputOf(wide.rowType, all.indexOf(column)));
    const calc: PhysicalCalc = {
      kind: 'Calc',
      inputs: [wide],
      projects,
      rowType: rowTypeOf(columns.map((column) => fieldOf(storedType, column))),
      ...(changelogMode && { changelogMode }),
    };
    replaced.set(scan, columns.length === all.length && columns.every((c, i) => c === all[i]) ? wide : calc);
  }
}

function columnsOf({ project, table }: PhysicalTableSourceScan): readonly number[] {
  return project ?? [...table.storedType.fields.keys()];
}

// A Calc above the scan takes the projection in.
function withReplaced(node: PhysicalNode, replaced: ReadonlyMap<PhysicalNode, PhysicalNode>): PhysicalNode {
  if (node.kind === 'TableSourceScan') return replaced.get(node) ?? node;
  if (node.kind !== 'Calc') return node;
  const [below] = node.inputs;
  if (below.kind !== 'Calc' || ![...replaced.values()].includes(below)) return node;
  return {
    ...node,
    inputs: below.inputs,
    projects: node.projects.map((each) => substitute(each, below.projects)),
    ...(node.condition && { condition: substitute(node.condition, below.projects) }),
  };
}
