import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import { isLiteral } from '../../plan/rex.ts';

/** Steps that a regular expression may take while a query is planned. */
const MAX_STEPS = 1_000_000;
/** Longest text or array that a count may ask for. */
const MAX_COUNT = 10_000;

/** Functions that match a regular expression, which may take for ever: by the place of the pattern. */
const PATTERNS: Readonly<Record<string, number>> = {
  REGEXP: 1,
  REGEXP_COUNT: 1,
  REGEXP_EXTRACT: 1,
  REGEXP_EXTRACT_ALL: 1,
  REGEXP_INSTR: 1,
  REGEXP_REPLACE: 1,
  REGEXP_SUBSTR: 1,
  'SIMILAR TO': 1,
  'NOT SIMILAR TO': 1,
};

/** Functions whose number operands say how long the result is. */
const GROWING = new Set(['REPEAT', 'LPAD', 'RPAD', 'SPACE', 'ARRAY_REPEAT', 'SEQUENCE', 'GENERATE_SERIES']);

/** Whether computing a constant while planning is sure to come to an end soon. Users' functions are computed by the job alone. */
export function isTame(node: RexNode): boolean {
  if (node.kind === 'field') return isTame(node.node);
  if (node.kind !== 'call') return true;
  if (node.userFunction !== undefined) return false;
  return isTameCall(node) && node.operands.every(isTame);
}

function isTameCall(call: RexCall): boolean {
  if (GROWING.has(call.operator)) return call.operands.every(isSmall);
  const at = PATTERNS[call.operator];
  if (at === undefined) return true;
  const [text, pattern] = [call.operands[0] as RexNode, call.operands[at] as RexNode];
  const [subject, expression] = [constantText(text), constantText(pattern)];
  if (subject === undefined || expression === undefined) return false;
  return matchingSteps(expression, subject.length) <= MAX_STEPS;
}

/** A text that is written out, perhaps in pieces. */
function constantText(node: RexNode): string | undefined {
  if (isLiteral(node)) return String(node.value);
  if (node.kind !== 'call' || node.operator !== '||') return undefined;
  const pieces = node.operands.map(constantText);
  return pieces.includes(undefined) ? undefined : pieces.join('');
}

function isSmall(operand: RexNode): boolean {
  if (!isLiteral(operand)) return operand.kind === 'call';
  return typeof operand.value !== 'number' || operand.value <= MAX_COUNT;
}

/** The most steps that trying back and forth can take: each quantifier may end anywhere, one around another doubles with each character. */
function matchingSteps(pattern: string, length: number): number {
  const plain = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const quantifiers = plain.match(/[*+{%]/g)?.length ?? 0;
  return hasNestedQuantifiers(plain) ? 2 ** length : (length + 1) ** (quantifiers + 1);
}

/** Whether a group is repeated that can match in several ways: `(a+)*`, `(a|b)+`, but not `(ab)+`. */
function hasNestedQuantifiers(pattern: string): boolean {
  const groups: boolean[] = [false];
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] as string;
    if (letter === '(') {
      groups.push(false);
      if (pattern[at + 1] === '?') at++; // not a quantifier: it says what kind of group this is
    } else if (letter === ')') {
      const isChoice = groups.pop() ?? false;
      if (isChoice && /[*+{]/.test(pattern[at + 1] ?? '')) return true;
      if (isChoice || /[*+{?]/.test(pattern[at + 1] ?? '')) groups[groups.length - 1] = true;
    } else if (/[*+{?|%]/.test(letter)) groups[groups.length - 1] = true;
  }
  return false;
}
