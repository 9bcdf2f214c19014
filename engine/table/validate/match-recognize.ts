/**
 * MATCH_RECOGNIZE, checked: names and types of all its expressions, and what Flink refuses of the pattern language.
 *
 * A pattern variable is a relation with the columns of the input. Unqualified columns are those of the input itself.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import { isTimeAttribute, withNullability, withoutAttribute } from '../../types/type-families.ts';
import type {
  ColumnPath,
  Expression,
  FunctionCall,
  Identifier,
  MatchRecognize,
  Star,
} from '../parser/ast.ts';
import { nullOf } from './coercion.ts';
import type { Clause, ConversionContext } from './conversion-context.ts';
import type { ConverterEnvironment } from './converter-environment.ts';
import { ExpressionConverter } from './expression-converter.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { checkPattern, patternVariables } from './row-pattern.ts';
import { Scope } from './scope.ts';
import type { Relation } from './scope.ts';
import { selectName } from './select-names.ts';
import { invalid } from './validation-error.ts';

const STRING: LogicalType = { root: 'VARCHAR', length: MAX_LENGTH, nullable: false };

/** @returns the columns of its result: partition keys, then measures */
export function checkMatchRecognize(
  match: MatchRecognize,
  input: readonly Relation[],
  environment: ConverterEnvironment,
  source: string,
): RowField[] {
  return new MatchRecognizeValidator(match, input, environment, source).columns();
}

class MatchRecognizeValidator {
  readonly #match: MatchRecognize;
  readonly #environment: ConverterEnvironment;
  readonly #source: string;
  readonly #rows: Scope;
  readonly #variables: readonly string[];
  readonly #matched: Scope;
  #time: LogicalType | undefined;

  constructor(
    match: MatchRecognize,
    input: readonly Relation[],
    environment: ConverterEnvironment,
    source: string,
  ) {
    this.#match = match;
    this.#environment = environment;
    this.#source = source;
    this.#rows = new Scope(input);
    const subsets = match.subsets.map(({ name }) => name.name);
    this.#variables = [...new Set([...patternVariables(match.pattern).map(({ name }) => name), ...subsets])];
    const ofVariable = (variable: string): Relation[] =>
      input.map((relation) => ({
        ...relation,
        path: [variable],
        hidden: new Set(relation.fields.keys()),
      }));
    this.#matched = new Scope([...input, ...this.#variables.flatMap(ofVariable)]);
  }

  columns(): RowField[] {
    const { partitionBy, measures, rowsPerMatch } = this.#match;
    const keys = partitionBy.map((key, i): RowField => {
      if (key.kind !== 'ColumnPath')
        throw this.#invalid(key, 'PARTITION BY of MATCH_RECOGNIZE takes columns');
      return {
        name: selectName(key, i),
        type: this.#converter(this.#rows, 'PARTITION BY').convert(key).type,
      };
    });
    this.#checkOrder();
    const columns = measures.map((item): RowField => {
      const node = this.#expression('MEASURES', (converter) => converter.convert(item.expression));
      return {
        name: item.alias?.name ?? selectName(item.expression, 0),
        type: withoutRowtime(node, item.expression),
      };
    });
    this.#checkDefines();
    if (rowsPerMatch === 'ALL ROWS')
      throw this.#invalid(this.#match, 'All rows per match mode is not supported yet.');
    this.#checkSkip();
    checkPattern(this.#match, this.#source);
    if (keys.length + columns.length === 0) {
      throw this.#invalid(
        this.#match,
        'Columns ambiguously defined: {}: there is neither PARTITION BY nor MEASURES',
      );
    }
    return [...keys, ...columns];
  }

  #checkOrder(): void {
    const { orderBy } = this.#match;
    const converter = this.#converter(this.#rows, 'ORDER BY');
    const keys = orderBy.map((item) => ({ item, node: converter.convert(item.expression) }));
    const [first] = keys;
    if (!first || (this.#environment.isStreaming && !isTimeAttribute(first.node.type))) {
      throw this.#invalid(
        first?.item ?? this.#match,
        'You must specify either rowtime or proctime for order by as the first one.',
      );
    }
    if (first.item.descending) {
      throw this.#invalid(first.item, 'Primary sort order of a streaming table must be ascending on time.');
    }
    this.#time = first.node.type;
  }

  #checkDefines(): void {
    const seen = new Set<string>();
    const pattern = new Set(patternVariables(this.#match.pattern).map(({ name }) => name));
    for (const { name, condition } of this.#match.defines) {
      if (seen.has(name.name))
        throw this.#invalid(name, `Pattern variable '${name.name}' has already been defined`);
      seen.add(name.name);
      // A definition of what no pattern asks for is checked, too.
      const scope = pattern.has(name.name) ? this.#matched : this.#withVariable(name.name);
      this.#expression('DEFINE', (converter) => converter.convertCondition(condition), scope);
    }
    for (const { variables } of this.#match.subsets) {
      for (const variable of variables) this.#checkVariable(variable);
    }
  }

  #withVariable(variable: string): Scope {
    const own = this.#rows.relations.map((relation): Relation => ({
      ...relation,
      path: [variable],
      hidden: new Set(relation.fields.keys()),
    }));
    return new Scope([...this.#matched.relations, ...own]);
  }

  #checkSkip(): void {
    const variable = this.#match.afterMatch?.variable;
    if (variable) this.#checkVariable(variable);
  }

  #checkVariable(variable: Identifier): void {
    if (this.#variables.includes(variable.name)) return;
    throw invalid(
      this.#source,
      variable,
      `Unknown pattern '${variable.name}'`,
      nearestNames(variable.name, this.#variables),
    );
  }

  // -------------------------------------------------------------------------------------------- expressions

  #converter(scope: Scope, clause: Clause, hooks: Partial<ConversionContext> = {}): ExpressionConverter {
    return new ExpressionConverter(this.#environment, { source: this.#source, scope, clause, ...hooks });
  }

  #expression(
    clause: 'MEASURES' | 'DEFINE',
    convert: (converter: ExpressionConverter) => RexNode,
    scope = this.#matched,
  ): RexNode {
    const converter: ExpressionConverter = this.#converter(scope, clause, {
      replace: (expression) => this.#replaced(expression, converter),
      aggregate: (call, syntax) => {
        if (call.distinct)
          throw this.#invalid(
            syntax,
            `DISTINCT aggregates are not supported in ${clause} of MATCH_RECOGNIZE`,
          );
        this.#checkOneVariable(syntax);
        return nullOf(call.type);
      },
      specialFunction: (syntax) => this.#special(syntax, converter),
    });
    return convert(converter);
  }

  // RUNNING and FINAL say from where a value is read.
  #replaced(expression: Expression, converter: ExpressionConverter): RexNode | undefined {
    if (expression.kind !== 'Unary') return undefined;
    const isMark = expression.operator === 'RUNNING' || expression.operator === 'FINAL';
    return isMark ? converter.convert(expression.operand) : undefined;
  }

  #special(syntax: FunctionCall, converter: ExpressionConverter): RexNode | undefined {
    const name = syntax.name.parts.at(-1)?.name.toUpperCase() ?? '';
    switch (name) {
      case 'PREV':
      case 'NEXT':
        throw this.#invalid(syntax, 'Flink does not support physical offsets within partition.');
      case 'FIRST':
      case 'LAST':
        return this.#navigated(name, syntax, converter);
      case 'CLASSIFIER':
        this.#checkCount(name, syntax, 0);
        return nullOf(STRING);
      case 'MATCH_NUMBER':
        throw this.#invalid(syntax, 'MATCH_NUMBER() is not supported yet.');
      case 'MATCH_PROCTIME':
        this.#checkCount(name, syntax, 0);
        return { kind: 'literal', value: null, type: PROCTIME };
      case 'MATCH_ROWTIME':
        return { kind: 'literal', value: null, type: this.#rowtime(syntax, converter) };
      default:
        return undefined;
    }
  }

  /** An aggregate, or a look back, is over the rows of one variable. */
  #checkOneVariable(syntax: FunctionCall): void {
    const found = new Set<string>();
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('kind' in node && node.kind === 'ColumnPath') {
        const [first, second] = (node as ColumnPath).parts;
        if (first && second && this.#variables.includes(first.name)) found.add(first.name);
      }
      if ('kind' in node && node.kind === 'Star' && (node as Star).qualifier.length > 0)
        throw this.#invalid(node as Star, "Unknown field '*'");
      Object.values(node).forEach(visit);
    };
    visit(syntax.args);
    if (found.size < 2) return;
    const text = this.#source.slice(syntax.span.start, syntax.span.end);
    throw this.#invalid(syntax, `Multiple pattern variables in '${text}'`);
  }

  #navigated(name: string, syntax: FunctionCall, converter: ExpressionConverter): RexNode {
    const [value, offset] = syntax.args;
    if (!value || syntax.args.length > 2) {
      throw this.#invalid(
        syntax,
        `Invalid number of arguments to function '${name}'. Was expecting 1 or 2 arguments`,
      );
    }
    if (offset && (offset.kind !== 'NumberLiteral' || offset.form !== 'integer')) {
      throw this.#invalid(offset, `The offset of ${name} has to be a whole number`);
    }
    const { type } = converter.convertArgument(value);
    this.#checkOneVariable(syntax);
    return nullOf(withoutAttribute(type));
  }

  #rowtime(syntax: FunctionCall, converter: ExpressionConverter): LogicalType {
    if (syntax.args.length > 1) this.#checkCount('MATCH_ROWTIME', syntax, 1);
    const [argument] = syntax.args;
    const type = argument ? converter.convertArgument(argument).type : this.#time;
    if (!type || !('attribute' in type) || type.attribute !== 'ROWTIME')
      throw this.#invalid(syntax, 'The function MATCH_ROWTIME needs a rowtime attribute.');
    return withNullability(type, false);
  }

  #checkCount(name: string, syntax: FunctionCall, count: number): void {
    if (syntax.args.length === count) return;
    throw this.#invalid(
      syntax,
      `Invalid number of arguments to function '${name}'. Was expecting ${count} arguments`,
    );
  }

  #invalid(at: Parameters<typeof invalid>[1], message: string) {
    return invalid(this.#source, at, message);
  }
}

const PROCTIME: LogicalType = {
  root: 'TIMESTAMP_LTZ',
  precision: 3,
  attribute: 'PROCTIME',
  nullable: false,
};

/** Time leaves a match by MATCH_ROWTIME and MATCH_PROCTIME alone. */
function withoutRowtime(node: RexNode, expression: Expression): LogicalType {
  const name =
    expression.kind === 'FunctionCall' ? expression.name.parts.at(-1)?.name.toUpperCase() : undefined;
  const carries = name === 'MATCH_ROWTIME' || name === 'MATCH_PROCTIME';
  return carries ? node.type : withNullability(withoutAttribute(node.type), true);
}
