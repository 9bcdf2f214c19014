import type { RexNode } from '../../expressions/rex-node.ts';
import type { Options } from '../../connectors/connector-descriptor.ts';
import { ValidationException } from '../../types/errors.ts';
import type { RowField } from '../../types/logical-type.ts';
import { typesEqual } from '../../types/type-equality.ts';
import { isTimestamp, withoutAttribute } from '../../types/type-families.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
import type { Hint } from '../parser/ast.ts';
import { hasBareNull } from '../validate/comparison.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { logicalProject } from './builders.ts';
import { qualifiedName } from './planned-table.ts';
import type { PlannedTable } from './planned-table.ts';
import type { PlannerSession } from './planner-session.ts';
import type { QueryPlan } from './relation-plan.ts';
import { fieldOf, inputOf, rexCast, substitute } from './rex.ts';
import type { LogicalNode } from './rel-node.ts';
import { plannedSource } from './table-descriptions.ts';

/**
 * A table in FROM: its scan, its computed columns, its watermark.
 *
 *   LogicalWatermarkAssigner   event time
 *   +- LogicalProject          all columns in order, computed ones worked out
 *      +- LogicalTableScan     what is stored
 */
export function convertTable(
  identifier: ObjectIdentifier,
  table: CatalogTable,
  options: Options,
  session: PlannerSession,
  hinted: Options = {},
): QueryPlan {
  const { schema } = table;
  const source = plannedSource(identifier, table, { ...options, ...hinted }, session.connectors);
  const planned = Object.keys(hinted).length > 0 ? { ...source, hintedOptions: hinted } : source;
  if (schema.columns.some(({ kind, type }) => kind === 'computed' && hasBareNull(type))) {
    throw new ValidationException(
      'The null type is reserved for representing untyped NULL literals. It should not be used in constructed types. ' +
        'Please cast NULL literals to a more explicit type.',
    );
  }
  const { isStreaming } = session.environment;
  if (!isStreaming) checkBatch(planned);
  const { storedType } = planned;
  let node: LogicalNode = { kind: 'LogicalTableScan', inputs: [], table: planned, rowType: storedType };
  const columns = storedType.fields.map((field, i) => {
    const { type } = fieldOf(schema.scanType, i);
    const column = inputOf(storedType, i);
    return typesEqual(field.type, type) ? column : rexCast(column, type);
  });
  const isStored = schema.columns.every(
    ({ name, kind }, i) =>
      kind !== 'computed' && storedType.fields[i]?.name === name && columns[i]?.kind === 'input',
  );
  if (!isStored) {
    const projects = schema.columns.map((column) => {
      // Computed columns read the others in their declared types.
      if (column.expression) return substitute(column.expression, columns);
      return columns[storedType.fields.findIndex((field) => field.name === column.name)] as RexNode;
    });
    node = logicalProject(
      node,
      projects,
      schema.columns.map((column) => column.name),
    );
  }
  // Rows of bounded tables are all there when a result is said: nothing waits for a watermark, and nothing is late.
  if (schema.watermark && isStreaming) {
    const { column: rowtime, expression: watermark } = schema.watermark;
    if (watermark.kind === 'call' && watermark.operator === 'SOURCE_WATERMARK') {
      throw new ValidationException(
        `SOURCE_WATERMARK() of table '${planned.name}' is not supported: connector '${planned.connector}' has no watermarks of its own.`,
      );
    }
    const fields = schema.rowType.fields.map((field, i) => (i === rowtime ? carriedRowtime(field) : field));
    node = {
      kind: 'LogicalWatermarkAssigner',
      inputs: [node],
      rowtime,
      watermark,
      rowType: { ...schema.rowType, fields },
    };
    return { node, fields };
  }
  const fields = isStreaming ? schema.rowType.fields : schema.rowType.fields.map(plainField);
  return { node, fields };
}

function plainField(field: RowField): RowField {
  return { ...field, type: withoutAttribute(field.type) };
}

function checkBatch(table: PlannedTable): void {
  const name = qualifiedName(table);
  if (!table.isBounded) {
    throw new ValidationException(
      `Querying an unbounded table '${name}' in batch mode is not allowed. The table source is unbounded.`,
    );
  }
  const { updateBefore, updateAfter, delete: deletes } = table.changelogMode;
  if (updateBefore || updateAfter || deletes) {
    throw new ValidationException(
      `Querying a table in batch mode is currently only possible for INSERT-only table sources. But the source for table '${name}' produces other changelog messages than just INSERT.`,
    );
  }
}

/** A rowtime has three digits from here on, however few its column was declared with. */
function carriedRowtime(field: RowField): RowField {
  const { type } = field;
  return isTimestamp(type) && type.precision < 3 ? { ...field, type: { ...type, precision: 3 } } : field;
}

/** Options of a table with those of an OPTIONS hint over them. Other hints on tables have no effect on rows and are refused. */
export function optionsWithHints(
  options: Options,
  hints: readonly Hint[],
  source: string,
  session: PlannerSession,
): Options {
  return { ...options, ...hintedOptions(hints, source, session) };
}

/** What the OPTIONS hints of a table say, checked. */
export function hintedOptions(
  hints: readonly Hint[],
  source: string,
  session: PlannerSession,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const hint of hints) {
    if (hint.name.name.toUpperCase() !== 'OPTIONS')
      throw notSupported(source, hint, `Hint ${hint.name.name} behind a table`);
    if (!session.allowsOptionHints) {
      throw invalid(
        source,
        hint,
        "The 'OPTIONS' hint is allowed only when the config option 'table.dynamic-table-options.enabled' is set to true.",
      );
    }
    const other = hint.args.find((argument) => argument.kind !== 'HintProperty');
    if (other || hint.args.length === 0) {
      const message = "Hint [OPTIONS] only support non empty key value options: 'key' = 'value', ...";
      throw invalid(source, other ?? hint, message);
    }
    for (const argument of hint.args) {
      if (argument.kind !== 'HintProperty') continue;
      merged[textOf(argument.key)] = textOf(argument.value);
    }
  }
  return merged;
}

function textOf(
  node: { readonly kind: string } & Partial<{ value: string; name: string; text: string }>,
): string {
  return node.value ?? node.name ?? node.text ?? '';
}
