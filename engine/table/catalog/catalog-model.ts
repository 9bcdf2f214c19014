/** A model as CREATE MODEL says it: columns in and out, and what its provider is told. Plain data. */

import type { PhysicalColumn } from './table-definition.ts';

export interface CatalogModel {
  readonly inputs: readonly PhysicalColumn[];
  readonly outputs: readonly PhysicalColumn[];
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
}
