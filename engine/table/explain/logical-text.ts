import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { SortKeySpec, TableFunctionCall } from '../../operators/operator-spec.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { readColumns } from '../plan/correlate-converter.ts';
import { qualifiedName } from '../plan/planned-table.ts';
import type { PlannedTable } from '../plan/planned-table.ts';
import type {
  AggregateOrder,
  LogicalAggregate,
  LogicalJoin,
  LogicalNode,
  LogicalProject,
  LogicalTableFunctionCall,
  LogicalSort,
  LogicalTableFunctionScan,
  LogicalTableScan,
  LogicalValues,
  NamedAggregateCall,
  SinkTarget,
} from '../plan/rel-node.ts';
import { fieldNames, walkRex } from '../plan/rex.ts';
import { isSubquery } from '../plan/rex-subquery.ts';
import { isCorrelated, outerColumns } from '../rules/decorrelate.ts';
import { literalDigest, valueDigest } from './literal-text.ts';
import { drawTree } from './plan-text.ts';
import type { TreeNode } from './plan-text.ts';
import { rexDigest, rexText } from './rex-text.ts';
import { recordTypeDigest } from './type-digest.ts';

/** The logical plan as "Abstract Syntax Tree": columns by number, one node a line. */
export function logicalPlanText(node: LogicalNode): string {
  return drawTree(treeOf(node));
}

function treeOf(node: LogicalNode): TreeNode {
  // The client that asked for a query is no node of the plan.
  if (node.kind === 'LogicalSink' && node.target.kind === 'collect') return treeOf(node.inputs[0]);
  if (node.kind === 'LogicalTableFunctionCall') return functionTree(node);
  const name = node.kind === 'LogicalLateral' ? 'LogicalCorrelate' : node.kind;
  const isOfAggregate = node.kind === 'LogicalAggregate' && !isDistinct(node);
  const children = node.inputs.map((input) => (isOfAggregate ? argumentTree(input) : treeOf(input)));
  return { text: `${name}(${attributes(node)})`, children };
}

/** SELECT DISTINCT, which takes the columns of a query as they are. */
function isDistinct({ group, calls, inputs: [input] }: LogicalAggregate): boolean {
  return calls.length === 0 && group.length === input.rowType.fields.length;
}

/** What is computed for an aggregation does not say by which numbers its sub-queries read the row. */
function argumentTree(node: LogicalNode): TreeNode {
  if (node.kind !== 'LogicalProject') return treeOf(node);
  return { text: `LogicalProject(${projectText(node).join(', ')})`, children: node.inputs.map(treeOf) };
}

function projectText({ projects, rowType }: LogicalProject): string[] {
  return projects.map((each, i) => `${rowType.fields[i]?.name}=[${rexDigest(each)}]`);
}

/** A plan within an expression: `{`, a node a line, inputs two columns further right, `}`. */
export function subqueryText(node: LogicalNode): string {
  const lines = (tree: TreeNode, margin: string): string[] => [
    margin + tree.text,
    ...tree.children.flatMap((child) => lines(child, `${margin}  `)),
  ];
  return `{\n${lines(treeOf(node), '').join('\n')}\n}`;
}

/** The function that a correlation calls. */
function functionOf(node: LogicalNode): LogicalTableFunctionCall {
  return node.kind === 'LogicalTableFunctionCall' ? node : functionOf(node.inputs[0] as LogicalNode);
}

/** UNNEST as Calcite has it: a collection is computed for a row of nothing, and taken apart. */
function functionTree(node: LogicalTableFunctionCall): TreeNode {
  const { call, aliases, correlation, outerNames, rowType } = node;
  const names = outerNames.map((name) => `$cor${correlation}.${name}`);
  const operands = call.operands.map((operand) => rexText(operand, names, 'digest'));
  if (call.userFunction !== undefined) {
    const text = `LogicalTableFunctionScan(invocation=[${call.name}(${operands.join(', ')})], rowType=[${recordTypeDigest(rowType.fields)}])`;
    return { text, children: [] };
  }
  const rows: TreeNode = { text: 'LogicalValues(tuples=[[{ 0 }]])', children: [] };
  const [operand] = call.operands;
  const name = operand ? collectionName(operand, outerNames) : '';
  const computed: TreeNode = { text: `LogicalProject(${name}=[${operands[0]}])`, children: [rows] };
  const collected: TreeNode = {
    text: `Uncollect${call.withOrdinality ? '(withOrdinality=[true])' : ''}`,
    children: [computed],
  };
  const given = rowType.fields.map((field, i) => unnamedAs(call, field.name, i));
  if (aliases.every((alias, i) => alias === given[i])) return collected;
  const columns = aliases.map((alias, i) => `${alias}=[$${i}]`);
  return { text: `LogicalProject(${columns.join(', ')})`, children: [collected] };
}

function collectionName(operand: RexNode, names: readonly string[]): string {
  if (operand.kind === 'input') return names[operand.index] ?? '';
  if (operand.kind !== 'field' || operand.node.type.root !== 'ROW') return 'EXPR$0';
  return operand.node.type.fields[operand.index]?.name ?? 'EXPR$0';
}

/** What a query calls a column of UNNEST without naming it. */
function unnamedAs({ operands: [collection] }: TableFunctionCall, name: string, index: number): string {
  if (name === 'ORDINALITY' || !/^f\d$/.test(name)) return name;
  return collection?.type.root === 'MAP' ? (['KEY', 'VALUE'][index] ?? name) : 'EXPR$0';
}

function attributes(node: LogicalNode): string {
  switch (node.kind) {
    case 'LogicalTableScan':
      return [`table=[[${scanText(node)}]]`, ...scanHints(node)].join(', ');
    case 'LogicalValues':
      return `tuples=[${tuplesText(
        node.rows,
        node.rowType.fields.map((field) => field.type),
      )}]`;
    case 'LogicalWatermarkAssigner':
      return `rowtime=[${node.rowType.fields[node.rowtime]?.name}], watermark=[${rexDigest(node.watermark)}]`;
    case 'LogicalProject':
      return [...variablesSet(node.projects), ...projectText(node)].join(', ');
    case 'LogicalFilter':
      return [`condition=[${rexDigest(node.condition)}]`, ...variablesSet([node.condition])].join(', ');
    case 'LogicalAggregate':
      return aggregateAttributes(node);
    case 'LogicalExpand':
      return `projects=[${node.projects.map((project) => `{${project.map((each) => rexDigest(each)).join(', ')}}`).join(', ')}]`;
    case 'LogicalJoin':
      return [
        `condition=[${rexDigest(node.condition)}], joinType=[${node.joinType.toLowerCase()}]`,
        ...joinHints(node),
      ].join(', ');
    case 'LogicalCorrelate': {
      const { call, correlation } = functionOf(node.inputs[1]);
      return `correlation=[$cor${correlation}], joinType=[${node.joinType.toLowerCase()}], requiredColumns=[{${readColumns(call.operands).join(', ')}}]`;
    }
    case 'LogicalLateral': {
      const columns = [...outerColumns(node.inputs[1], node.correlation)].sort((a, b) => a - b);
      return `correlation=[$cor${node.correlation}], joinType=[${node.joinType.toLowerCase()}], requiredColumns=[{${columns.join(', ')}}]`;
    }
    case 'LogicalTableFunctionCall':
      return `invocation=[${node.call.name}]`;
    case 'LogicalUnion':
      return `all=[${node.all}]`;
    case 'LogicalSort':
      return sortAttributes(node);
    case 'LogicalIntersect':
    case 'LogicalMinus':
      return `all=[${node.all}]`;
    case 'LogicalReplicateRows':
      return 'count=[$0]';
    case 'LogicalTableFunctionScan':
      return `invocation=[${windowInvocation(node)}], rowType=[${recordTypeDigest(node.rowType.fields)}]`;
    case 'LogicalWindowAggregate':
      return `group=[{${node.group.join(', ')}}], window=[${node.window.function}], properties=[${node.properties.map(({ name }) => name).join(', ')}]`;
    case 'LogicalSink':
      return sinkAttributes(node.target, fieldNames(node.inputs[0].rowType));
  }
}

/** `variablesSet=[[$cor0]]`: by which numbers the row is read in sub-queries of the expressions. */
function variablesSet(nodes: readonly RexNode[]): string[] {
  const numbers = new Set<number>();
  for (const node of nodes) {
    walkRex(node, (each) => {
      if (isSubquery(each) && isCorrelated(each.subquery, each.correlation)) numbers.add(each.correlation);
    });
  }
  if (numbers.size === 0) return [];
  return [`variablesSet=[[${[...numbers].map((number) => `$cor${number}`).join(', ')}]]`];
}

function sortAttributes({ keys, offset, showsOffset, fetch }: LogicalSort): string {
  return [
    ...keys.map(({ column }, i) => `sort${i}=[$${column}]`),
    ...keys.map((key, i) => `dir${i}=[${directionText(key)}]`),
    ...(offset > 0 || showsOffset ? [`offset=[${offset}]`] : []),
    ...(fetch === undefined ? [] : [`fetch=[${fetch}]`]),
  ].join(', ');
}

/** `ASC-nulls-first`: how plans print an order. To Calcite NULL is the highest value, where nothing else is said. */
export function directionText({ descending, nullsFirst }: SortKeySpec): string {
  const direction = descending ? 'DESC' : 'ASC';
  return descending === nullsFirst ? direction : `${direction}-nulls-${nullsFirst ? 'first' : 'last'}`;
}

// A query's own scans are whole: projection and filter come with the rules.
function scanText({ table, project, filter }: LogicalTableScan): string {
  const parts = [tablePath(table), ...metadataText(table)];
  if (filter) parts.push(`filter=[${rexDigest(filter)}]`);
  if (project)
    parts.push(`project=[${project.map((column) => table.storedType.fields[column]?.name).join(', ')}]`);
  return parts.join(', ');
}

/** What a query with hints calls the table, and options behind its name. */
function scanHints({ table, alias }: LogicalTableScan): string[] {
  const options = hintsText(table, 'inheritPath:[] ');
  if (alias === undefined) return options;
  return aliasedHints(options, `[ALIAS inheritPath:[] options:[${alias}]]`);
}

/** Hints of a scan with one before them. */
export function aliasedHints(options: readonly string[], alias: string): string[] {
  return options.length === 0
    ? [`hints=[[${alias}]]`]
    : options.map((text) => text.replace('[[', `[[${alias}`));
}

function joinHints({ writtenHints = [] }: LogicalJoin): string[] {
  if (writtenHints.length === 0) return [];
  const texts = writtenHints.map(
    ({ name, tables, inheritPath }) =>
      `[${name} inheritPath:[${inheritPath.join(', ')}] options:[${tables.join(', ')}]]`,
  );
  return [`joinHints=[[${texts.join('')}]]`];
}

/** `, hints=[[[OPTIONS options:{path=/x}]]]` behind the attributes of a scan; nothing without a hint. */
export function hintsText({ hintedOptions }: PlannedTable, inheritPath = ''): string[] {
  if (!hintedOptions) return [];
  const options = Object.entries(hintedOptions).map(([key, value]) => `${key}=${value}`);
  return [`hints=[[[OPTIONS ${inheritPath}options:{${options.join(', ')}}]]]`];
}

/** `metadata=[file.path]`: what a scan that is whole reads besides the data; nothing where the table has no such columns. */
export function metadataText({ metadata }: PlannedTable): string[] {
  return metadata.length === 0 ? [] : [`metadata=[${metadata.join(', ')}]`];
}

export function tablePath({ catalog, database, name }: PlannedTable): string {
  return `${catalog}, ${database}, ${name}`;
}

/** `[{ 1, _UTF-16LE'a' }, { 2, _UTF-16LE'b' }]` */
export function tuplesText(rows: LogicalValues['rows'], types: readonly LogicalType[]): string {
  const tuples = rows.map((row) => {
    const cells = row.map((value, i) => cellText({ kind: 'literal', value, type: types[i] as LogicalType }));
    return `{ ${cells.join(', ')} }`;
  });
  return `[${tuples.join(', ')}]`;
}

function cellText(literal: RexLiteral): string {
  return literal.value === null ? 'null' : valueDigest(literal);
}

function aggregateAttributes({ group, groupSets, calls }: LogicalAggregate): string {
  const named = calls.map((call) => `${call.name}=[${callDigest(call)}]`);
  const sets = groupSets && [`groups=[[${groupSets.map((set) => `{${set.join(', ')}}`).join(', ')}]]`];
  return [`group=[{${group.join(', ')}}]`, ...(sets ?? []), ...named].join(', ');
}

function callDigest(call: NamedAggregateCall): string {
  const operands = call.arguments.map((index) => `$${index}`).join(', ');
  const filter = call.filter < 0 ? '' : ` FILTER $${call.filter}`;
  const order = call.order ? ` WITHIN GROUP ([${call.order.map(orderText).join(', ')}])` : '';
  if (call.function === 'APPROX_COUNT_DISTINCT') return `COUNT(APPROXIMATE DISTINCT ${operands})${filter}`;
  return `${call.written ?? call.function}(${call.distinct ? 'DISTINCT ' : ''}${operands})${order}${filter}`;
}

function orderText({ column, descending }: AggregateOrder): string {
  return descending ? `${column} DESC` : String(column);
}

function windowInvocation(node: LogicalTableFunctionScan): string {
  const { window, intervals } = node;
  const column = `DESCRIPTOR(_UTF-16LE'${node.inputs[0].rowType.fields[window.timeColumn]?.name}')`;
  return `${window.function}(${['TABLE(#0)', column, ...intervals.map((each) => literalDigest(each))].join(', ')})`;
}

/** `table=[c.d.t], targetColumns=[[1],[0]], fields=[a, b]` */
export function sinkAttributes(target: SinkTarget, fields: readonly string[]): string {
  if (target.kind === 'collect') return `fields=[${fields.join(', ')}]`;
  const columns = target.targetColumns.map((index) => `[${index}]`).join(',');
  const targets = columns === '' ? [] : [`targetColumns=[${columns}]`];
  return [`table=[${qualifiedName(target.table)}]`, ...targets, `fields=[${fields.join(', ')}]`].join(', ');
}
