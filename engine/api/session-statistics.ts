import { estimatedRows } from '../runtime/files/file-sample.ts';
import type { LocalCluster } from '../runtime/local-cluster.ts';
import type { TableConfig } from '../table/catalog/table-config.ts';
import type { PlannedTable } from '../table/plan/planned-table.ts';

/**
 * How many rows the tables of a session are thought to have: plans of batch mode ask while they are chosen. Only files say, by their size; they
 * lie where the cluster's workers read them, so a plan that asks is made twice.
 */
export class SessionStatistics {
  readonly #cluster: () => Promise<LocalCluster>;
  readonly #config: TableConfig;
  readonly #rows = new Map<string, number | undefined>();
  readonly #missing = new Set<string>();

  constructor(cluster: () => Promise<LocalCluster>, config: TableConfig) {
    this.#cluster = cluster;
    this.#config = config;
  }

  /** For the planner. */
  readonly rowsOf = (table: PlannedTable): number | undefined => {
    const path = this.#pathOf(table);
    if (path === undefined) return undefined;
    if (!this.#rows.has(path)) this.#missing.add(path);
    return this.#rows.get(path);
  };

  /** Plans, and once more if tables were asked for that nothing was known of; what is known is forgotten then, since files change. */
  async plan<T>(plan: () => Promise<T>): Promise<T> {
    this.#missing.clear();
    const planned = await plan();
    if (this.#missing.size === 0) return planned;
    try {
      await this.#gather([...this.#missing]);
      return await plan();
    } finally {
      this.#rows.clear();
    }
  }

  async #gather(paths: readonly string[]): Promise<void> {
    const { dispatcher } = await this.#cluster();
    for (const path of paths) {
      const sample = await dispatcher.sampleFiles(path).catch(() => undefined); // reading the table will tell why
      this.#rows.set(path, sample && estimatedRows(sample));
    }
  }

  #pathOf({ connector, options, isBounded }: PlannedTable): string | undefined {
    if (connector !== 'filesystem' || options['format'] !== 'csv' || !isBounded) return undefined;
    if (options['source.report-statistics']?.toUpperCase() === 'NONE') return undefined;
    if (this.#config.get('table.optimizer.source.report-statistics-enabled') === 'false') return undefined;
    return options['path'];
  }
}
