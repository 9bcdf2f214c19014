import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlanFiles } from './plan-files.ts';

/** Plans as files of Node; relative paths count from `base`. */
export class NodePlanFiles implements PlanFiles {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async read(file: string): Promise<string | undefined> {
    try {
      return await readFile(this.#resolve(file), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async write(file: string, text: string): Promise<void> {
    const target = this.#resolve(file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }

  #resolve(file: string): string {
    return file.startsWith('file:') ? fileURLToPath(file) : path.resolve(this.#base, file);
  }
}
