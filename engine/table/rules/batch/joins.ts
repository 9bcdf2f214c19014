import { TableException } from '../../../types/errors.ts';
import type { PhysicalBatchJoin, PhysicalJoin, PhysicalNode } from '../../plan/physical-node.ts';
import type { JoinHint } from '../../plan/rel-node.ts';
import { localAggregate } from './choices.ts';
import type { Choice } from './choices.ts';
import type { BatchOptions } from './options.ts';
import type { BatchStatistics } from './statistics.ts';
import { ANY, BROADCAST, SINGLE, hashed } from './traits.ts';
import type { JoinSides, Traits } from './traits.ts';
import * as traits from './traits.ts';

type Side = 'left' | 'right';

/** Which part of equal rows makes it worth while to look for them on the build side of a semi-join. */
const DISTINCT_SHARE = 0.8;

/** The ways to run a join: with a hash table, sorted, or each row with each. */
export function joinChoices(
  node: PhysicalJoin,
  options: BatchOptions,
  statistics: BatchStatistics,
): Choice[] {
  return new JoinChoices(node, options, statistics).all();
}

class JoinChoices {
  readonly #node: PhysicalJoin;
  readonly #options: BatchOptions;
  readonly #statistics: BatchStatistics;
  readonly #sides: JoinSides;
  readonly #leftSize: number;
  readonly #rightSize: number;

  constructor(node: PhysicalJoin, options: BatchOptions, statistics: BatchStatistics) {
    const [left, right] = node.inputs;
    this.#node = node;
    this.#options = options;
    this.#statistics = statistics;
    this.#sides = { ...node, leftWidth: left.rowType.fields.length };
    this.#leftSize = statistics.rowCount(left) * statistics.binaryRowSize(left);
    this.#rightSize = statistics.rowCount(right) * statistics.binaryRowSize(right);
  }

  all(): Choice[] {
    const strategy = this.#hinted;
    const choices: Choice[] = [];
    const build = (chosen: Side): Side => (strategy ? strategy.side : chosen);
    const broadcast = strategy ? strategy.strategy === 'BROADCAST' : this.#canBroadcast();
    if (broadcast) choices.push(this.#broadcastHash(build(this.#broadcastSide())));
    else if (strategy ? strategy.strategy === 'SHUFFLE_HASH' : this.#isEnabled('ShuffleHashJoin'))
      choices.push(this.#shuffledHash(build(this.#smallerSide())));
    if (strategy ? strategy.strategy === 'SHUFFLE_MERGE' : this.#isEnabled('SortMergeJoin'))
      choices.push(this.#merge());
    if (strategy ? strategy.strategy === 'NEST_LOOP' : !this.#isDisabled('NestedLoopJoin'))
      choices.push(this.#nestedLoop(build(this.#loopSide()), false));
    const single = strategy ? undefined : this.#singleRowSide();
    if (single) choices.push(this.#nestedLoop(single, true));
    if (choices.length === 0)
      throw new TableException('Cannot generate a valid execution plan: all joins that fit are disabled.');
    return choices;
  }

  /** What the query asks for, where that is possible. */
  get #hinted(): JoinHint | undefined {
    return this.#node.hints?.find(({ strategy, side }) => this.#isPossible(strategy, side));
  }

  get #isSemi(): boolean {
    return this.#node.joinType === 'SEMI' || this.#node.joinType === 'ANTI';
  }

  #isDisabled(operator: string): boolean {
    return this.#options.disabledOperators.has(operator);
  }

  /** Of joins that need a key. */
  #isEnabled(operator: string): boolean {
    return this.#node.leftKeys.length > 0 && !this.#isDisabled(operator);
  }

  #isPossible(strategy: string, side: Side): boolean {
    const { joinType } = this.#node;
    if (this.#isSemi) return false;
    switch (strategy) {
      case 'BROADCAST':
        if (!this.#isEnabled('BroadcastHashJoin')) return false;
        return joinType === 'INNER' || joinType === (side === 'left' ? 'RIGHT' : 'LEFT');
      case 'SHUFFLE_HASH':
        return this.#isEnabled('ShuffleHashJoin');
      case 'SHUFFLE_MERGE':
        return this.#isEnabled('SortMergeJoin');
      default:
        return strategy === 'NEST_LOOP' && !this.#isDisabled('NestedLoopJoin');
    }
  }

  #canBroadcast(): boolean {
    if (!this.#isEnabled('BroadcastHashJoin') || this.#options.broadcastsAtRuntime) return false;
    const isLeftSmall = this.#leftSize <= this.#options.broadcastThreshold;
    const isRightSmall = this.#rightSize <= this.#options.broadcastThreshold;
    switch (this.#node.joinType) {
      case 'RIGHT':
        return isLeftSmall;
      case 'FULL':
        return false;
      case 'INNER':
        return isLeftSmall || isRightSmall;
      default:
        return isRightSmall;
    }
  }

  #broadcastSide(): Side {
    const { joinType } = this.#node;
    if (joinType === 'RIGHT') return 'left';
    return joinType === 'INNER' && this.#leftSize < this.#rightSize ? 'left' : 'right';
  }

  #smallerSide(): Side {
    if (this.#leftSize === this.#rightSize) return this.#isSemi ? 'right' : 'left';
    return this.#leftSize < this.#rightSize ? 'left' : 'right';
  }

  #loopSide(): Side {
    const { joinType } = this.#node;
    if (joinType === 'RIGHT') return 'left';
    const isEither = joinType === 'INNER' || joinType === 'FULL';
    return isEither && this.#leftSize <= this.#rightSize ? 'left' : 'right';
  }

  /** The side that has one row at most: an aggregation without keys below projections. */
  #singleRowSide(): Side | undefined {
    const { joinType, inputs } = this.#node;
    const isLeft = isSingleRow(inputs[0]);
    const isRight = isSingleRow(inputs[1]);
    if (joinType === 'INNER' || joinType === 'FULL') return isLeft ? 'left' : isRight ? 'right' : undefined;
    if (joinType === 'RIGHT') return isLeft ? 'left' : undefined;
    if (!isRight) return undefined;
    return isLeft ? 'left' : 'right';
  }

  /** The right side, or, of a semi-join, its different rows if that makes it much smaller. */
  #buildInput(): { readonly right: PhysicalNode; readonly isDistinct: boolean } {
    const [, right] = this.#node.inputs;
    if (!this.#isSemi) return { right, isDistinct: false };
    const columns = right.rowType.fields.map((_, i) => i);
    const distinct = this.#statistics.distinctRows(right, columns);
    if (distinct === undefined || distinct / this.#statistics.rowCount(right) >= DISTINCT_SHARE)
      return { right, isDistinct: false };
    const local = localAggregate(
      { group: columns, auxGroup: [], calls: [], inputs: [right], rowType: right.rowType },
      'LocalHashAggregate',
    );
    return { right: local, isDistinct: true };
  }

  #join(kind: PhysicalBatchJoin['kind'], more: Partial<PhysicalBatchJoin>): PhysicalBatchJoin {
    const { leftUniqueKey: _left, rightUniqueKey: _right, hints, ...join } = this.#node;
    return { ...join, ...more, ...(hints && { isHinted: true }), kind };
  }

  #choice(
    join: PhysicalBatchJoin,
    inputs: readonly PhysicalNode[],
    needs: readonly Traits[],
    push: NonNullable<Choice['push']>,
  ): Choice {
    return {
      inputs,
      needs,
      delivers: ANY,
      make: ([left, right]) => ({ ...join, inputs: [left!, right!] }), // two inputs
      push,
    };
  }

  #broadcastHash(build: Side): Choice {
    const { right, isDistinct } = this.#buildInput();
    const [left] = this.#node.inputs;
    const join = this.#join('HashJoin', {
      build,
      isBroadcast: true,
      ...(isDistinct && { isBuildDistinct: true }),
    });
    const needs = build === 'left' ? [BROADCAST, ANY] : [ANY, BROADCAST];
    return this.#choice(join, [left, right], needs, (need) =>
      traits.pushThroughBroadcastJoin(this.#sides, build, needs, need),
    );
  }

  #shuffledHash(build: Side): Choice {
    const { leftKeys, rightKeys, inputs } = this.#node;
    const { right, isDistinct } = this.#buildInput();
    const join = this.#join('HashJoin', { build, ...(isDistinct && { isBuildDistinct: true }) });
    return this.#choice(join, [inputs[0], right], [hashed(leftKeys), hashed(rightKeys)], (need) =>
      traits.pushThroughHashedJoin(this.#sides, false, need),
    );
  }

  #merge(): Choice {
    const { leftKeys, rightKeys, inputs } = this.#node;
    return this.#choice(
      this.#join('SortMergeJoin', {}),
      inputs,
      [hashed(leftKeys), hashed(rightKeys)],
      (need) => traits.pushThroughHashedJoin(this.#sides, true, need),
    );
  }

  #nestedLoop(build: Side, isSingleRow: boolean): Choice {
    const { joinType, inputs } = this.#node;
    const right = isSingleRow ? inputs[1] : this.#buildInput().right;
    const join = this.#join('NestedLoopJoin', { build, ...(isSingleRow && { isSingleRow: true }) });
    const needs =
      joinType === 'FULL' ? [SINGLE, SINGLE] : build === 'left' ? [BROADCAST, ANY] : [ANY, BROADCAST];
    return this.#choice(join, [inputs[0], right], needs, (need) =>
      traits.pushThroughBroadcastJoin(this.#sides, build, needs, need),
    );
  }
}

function isSingleRow(node: PhysicalNode): boolean {
  if (node.kind === 'Calc') return isSingleRow(node.inputs[0]);
  return node.kind === 'GroupAggregate' && node.group.length === 0;
}
