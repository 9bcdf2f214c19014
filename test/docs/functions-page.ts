import type { FunctionDefinition } from '../../engine/table/functions/function-definition.ts';
import { FUNCTIONS } from '../../engine/table/functions/functions.ts';
import { FUNCTION_QUERIES, functionExamples, WITHOUT_EXAMPLE } from './function-examples.ts';
import { functionSupport, type FunctionSupport } from './function-support.ts';
import { code, GENERATED, groupBy, row, table } from './markdown.ts';
import { refusalOf, refusals } from './planned-samples.ts';

/** docs/functions.md */
export function functionsPage(): string {
  const support = new Map(functionSupport(refusals).map((each) => [each.definition, each]));
  const groups = groupBy(FUNCTIONS, ({ kind, group }) => (kind === 'over' ? 'over' : group));
  return `# Functions and operators

${GENERATED} The examples are run. An example of an aggregate function is over the rows \`('a', 1), ('b', 2), ('a', 4)\` of \`s\` and \`n\`.

${[...groups].map(([group, definitions]) => section(group, definitions, support)).join('\n\n')}
`;
}

const EXAMPLES = groupBy(functionExamples(), ({ name }) => name);

function section(
  group: string,
  definitions: readonly FunctionDefinition[],
  support: ReadonlyMap<FunctionDefinition, FunctionSupport>,
): string {
  const rows = definitions.map((definition) =>
    row(
      calls(definition),
      definition.summary + note(definition, support.get(definition)),
      example(definition),
    ),
  );
  return `## ${group[0]?.toUpperCase()}${group.slice(1)}\n\n${table(['call', '', 'example'], rows)}`;
}

/** How it is called: families of operands stand for them. */
function calls(definition: FunctionDefinition): string {
  const { name, usage, forms = [], syntax } = definition;
  if (usage !== undefined) return code(usage);
  if (forms.length === 0) return code(syntax === 'function' ? `${name}(...)` : name);
  const shown = forms.map(({ families, isVariadic }) => {
    const [first = '', second = ''] = families;
    if (syntax === 'binary') return `${first} ${name} ${second}`;
    if (name === 'LIKE' || name === 'SIMILAR TO')
      return `${first} [NOT] ${name} ${second}${families.length > 2 ? ' ESCAPE CHARACTER' : ''}`;
    if (syntax === 'prefix') return /^[A-Z]/.test(name) ? `${name} ${first}` : `${name.trim()}${first}`;
    if (syntax === 'postfix') return `${first} ${name}`;
    if (syntax === 'bare') return name;
    return `${name}(${families.join(', ')}${isVariadic ? ', ...' : ''})`;
  });
  return [...new Set(shown)].map(code).join('<br>');
}

function note(definition: FunctionDefinition, support: FunctionSupport | undefined): string {
  const why = WITHOUT_EXAMPLE[definition.name];
  if (why !== undefined) return ` Not supported: ${why}.`;
  const query = FUNCTION_QUERIES[definition.name];
  if (query !== undefined) return refusalOf(query) === undefined ? '' : ' Not supported yet.';
  const refused = support?.refused ?? [];
  return support?.works && refused.length > 0 ? ` Not of ${refused.join('; ')}.` : '';
}

function example({ name }: FunctionDefinition): string {
  const own = EXAMPLES.get(name);
  if (own) return own.map(({ expression, result }) => `${code(expression)} → ${code(result)}`).join('<br>');
  const query = FUNCTION_QUERIES[name];
  return query === undefined ? '' : code(query.replaceAll('\n', ' '));
}
