import { accumulatorNames } from '../plan/accumulator-names.ts';
import type { NamedAggregateCall, WindowProperty } from '../plan/rel-node.ts';

/** The `select=[...]` of aggregations, in one phase and in two. */

const DISPLAY: Readonly<Record<string, string>> = { SUM0: '$SUM0' };

/** `COUNT(*) FILTER $f2 AS n`; over an input that takes rows back, functions are their retracting variants. */
export function aggregateTexts(
  calls: readonly NamedAggregateCall[],
  inputNames: readonly string[],
  resultNames: readonly string[],
  isRetracting: (call: NamedAggregateCall) => boolean,
): string[] {
  return calls.map((call, i) => {
    const name = `${displayName(call)}${isRetracting(call) ? '_RETRACT' : ''}`;
    const operands = `${call.distinct ? 'DISTINCT ' : ''}${argumentText(call, inputNames)}`;
    return `${name}(${operands})${filterText(call, inputNames)} AS ${resultNames[i]}`;
  });
}

/** The first phase: `AVG(b) AS (sum$2, count$3)`, and behind the calls the sets of DISTINCT ones. */
export function localAggregateTexts(
  calls: readonly NamedAggregateCall[],
  inputNames: readonly string[],
  isRetracting: (call: NamedAggregateCall) => boolean = () => false,
): string[] {
  const { accumulators, distincts } = accumulatorsOf(calls, inputNames, isRetracting);
  const texts = calls.map((call, i) => {
    const argument = argumentText(call, inputNames);
    const set = call.distinct ? `distinct$${distincts.indexOf(argument)} ` : '';
    return `${displayName(call)}${isRetracting(call) ? '_RETRACT' : ''}(${set}${argument})${filterText(call, inputNames)} AS ${inParentheses(accumulators[i])}`;
  });
  return [...texts, ...distincts.map((argument, i) => `DISTINCT(${argument}) AS distinct$${i}`)];
}

/** Between the phases of two levels: `COUNT(distinct$0 count$0) AS count$0`. */
export function incrementalAggregateTexts(
  calls: readonly NamedAggregateCall[],
  inputNames: readonly string[],
  isRetracting: (call: NamedAggregateCall) => boolean,
): string[] {
  const { accumulators } = accumulatorsOf(calls, inputNames, isRetracting);
  const texts = globalAggregateTexts(calls, inputNames, isRetracting);
  return texts.map((text, i) => `${text} AS ${inParentheses(accumulators[i])}`);
}

/** The second phase: `AVG((sum$2, count$3)) AS avg`; `first`: calls of the first phase, where these are others. */
export function globalAggregateTexts(
  calls: readonly NamedAggregateCall[],
  inputNames: readonly string[],
  isRetracting: (call: NamedAggregateCall) => boolean = () => false,
  first: readonly NamedAggregateCall[] = calls,
): string[] {
  const { accumulators, distincts } = accumulatorsOf(first, inputNames, isRetracting);
  return calls.map((call, i) => {
    const set = call.distinct ? `distinct$${distincts.indexOf(argumentText(call, inputNames))} ` : '';
    const name = `${displayName(call)}${isRetracting(call) ? '_RETRACT' : ''}`;
    return `${name}(${set}${inParentheses(accumulators[i])})`;
  });
}

export function propertyTexts(properties: readonly WindowProperty[]): string[] {
  return properties.map(({ kind }) => `${kind === 'time' ? 'rowtime' : kind}('w$)`);
}

/** Accumulator columns of every call, numbered through. */
function accumulatorsOf(
  calls: readonly NamedAggregateCall[],
  inputNames: readonly string[],
  isRetracting: (call: NamedAggregateCall) => boolean,
): { accumulators: string[][]; distincts: string[] } {
  let next = 0;
  const distincts: string[] = [];
  const accumulators = calls.map((call) => {
    const argument = argumentText(call, inputNames);
    if (call.distinct && !distincts.includes(argument)) distincts.push(argument);
    return accumulatorsOfCall(call, isRetracting(call)).map((name) => `${name}$${next++}`);
  });
  return { accumulators, distincts };
}

/** A call that takes rows back keeps more, or something else. */
function accumulatorsOfCall(call: NamedAggregateCall, isRetracting: boolean): readonly string[] {
  if (isRetracting && call.function === 'SUM') return ['sum', 'count'];
  if (isRetracting && call.function === 'LISTAGG') return ['listagg'];
  return accumulatorNames(call) ?? [call.function.toLowerCase()];
}

/** `SUM(a)`; Flink knows APPROX_COUNT_DISTINCT as a way to COUNT. */
export function invocation(call: NamedAggregateCall, operands: string): string {
  if (call.function === 'APPROX_COUNT_DISTINCT') return `COUNT(APPROXIMATE DISTINCT ${operands})`;
  return `${displayName(call)}(${operands})`;
}

function displayName(call: NamedAggregateCall): string {
  return call.written ?? DISPLAY[call.function] ?? call.function;
}

export function argumentText(
  { arguments: operands }: NamedAggregateCall,
  inputNames: readonly string[],
): string {
  return operands.length === 0 ? '*' : operands.map((index) => inputNames[index]).join(', ');
}

export function filterText({ filter }: NamedAggregateCall, inputNames: readonly string[]): string {
  return filter < 0 ? '' : ` FILTER ${inputNames[filter]}`;
}

export function inParentheses(names: readonly string[] = []): string {
  return names.length === 1 ? String(names[0]) : `(${names.join(', ')})`;
}
