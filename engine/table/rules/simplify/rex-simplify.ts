import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import type { ComputeConstants } from './constant-reducer.ts';
import type { Predicates } from './predicates.ts';
import type { UnknownAs } from './sarg.ts';

/** What the rules for one kind of call ask of the simplifier that they are part of. */
export interface RexSimplify {
  /** What is TRUE for every row that the expressions see. */
  readonly predicates: Predicates;
  readonly compute: ComputeConstants;
  /** The same simplifier where other predicates hold. */
  knowing(predicates: Predicates): RexSimplify;
  /** One expression and all in it; `unknownAs`: what UNKNOWN counts as where it stands. */
  simplify(node: RexNode, unknownAs: UnknownAs): RexNode;
  /** The call itself left as it is, all in it simplified. */
  withOperands(call: RexCall): RexCall;
}
