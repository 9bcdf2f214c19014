import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { JoinSpec } from '../../engine/operators/operator-spec.ts';
import { textOf } from './group-aggregate.ts';

type Row = readonly Value[];

interface Stored {
  readonly key: string;
  readonly identity: string;
  values: Row;
  copies: number;
  matches: number;
}

export interface JoinReferenceSpec extends Omit<JoinSpec, 'condition'> {
  /** Whether two rows of equal keys match. */
  readonly test?: (left: Row, right: Row) => boolean;
}

/** A regular join as plainly as can be: a list of stored rows an input, gone through from front to back for every row. */
export class JoinReference {
  readonly #spec: JoinReferenceSpec;
  readonly #stored: [Stored[], Stored[]] = [[], []];

  constructor(spec: JoinReferenceSpec) {
    this.#spec = spec;
  }

  process(input: 0 | 1, { kind, values }: ChangelogRow): ChangelogRow[] {
    const { joinType, leftType, rightType } = this.#spec;
    const isAdded = kind === 0 || kind === 2;
    const output: ChangelogRow[] = [];
    const isOuter = (side: 0 | 1) => joinType === 'FULL' || joinType === (side === 0 ? 'LEFT' : 'RIGHT');
    const other = input === 0 ? 1 : 0;
    const nulls = (side: 0 | 1): Row => (side === 0 ? leftType : rightType).fields.map(() => null);
    const joined = (row: Row, partner: Row) => (input === 0 ? [...row, ...partner] : [...partner, ...row]);
    const alone = (side: 0 | 1, row: Row) =>
      side === input ? joined(row, nulls(other)) : joined(nulls(input), row);
    const isHalf = joinType === 'SEMI' || joinType === 'ANTI';
    const otherCounts = isOuter(other) || (isHalf && input === 1);

    const matching = this.#matching(input, values);
    const isFurther = this.#update(input, isAdded, values);
    let matches = 0;
    for (const partner of matching) {
      const turns = otherCounts && partner.matches === (isAdded ? 0 : 1);
      for (let copy = 0; copy < partner.copies; copy++) {
        const turned: ChangelogRow[] = [];
        if (turns && isHalf) {
          turned.push({ kind: joinType === 'SEMI' ? kind : isAdded ? 3 : 0, values: partner.values });
        } else if (turns) turned.push({ kind: isAdded ? 3 : 0, values: alone(other, partner.values) });
        const forwarded = isOuter(input) ? (isAdded ? 0 : 3) : otherCounts && isAdded ? 0 : kind;
        const both = isHalf ? [] : [{ kind: forwarded, values: joined(values, partner.values) }];
        output.push(...(isAdded ? [...turned, ...both] : [...both, ...turned]));
        matches++;
      }
      if (!isAdded) partner.matches--;
      else if (partner.matches === 0 || isFurther) partner.matches++;
    }
    if (input === 0 && isHalf && matches > 0 === (joinType === 'SEMI')) output.push({ kind, values });
    if (isOuter(input) && matches === 0) output.push({ kind: isAdded ? 0 : 3, values: alone(input, values) });
    const own = this.#find(input, values);
    if (isAdded && own) own.matches = matches;
    return output;
  }

  #matching(input: 0 | 1, values: Row): Stored[] {
    const key = this.#keyOf(input, values);
    const { test } = this.#spec;
    return this.#stored[input === 0 ? 1 : 0].filter(
      (row) =>
        row.key === key && (!test || (input === 0 ? test(values, row.values) : test(row.values, values))),
    );
  }

  /** Whether the row is a further one, and not in another's place. */
  #update(input: 0 | 1, isAdded: boolean, values: Row): boolean {
    const rows = this.#stored[input];
    const key = this.#keyOf(input, values);
    if (key === undefined) return true;
    const own = this.#find(input, values);
    const isCounted = this.#uniqueKey(input).kind === 'NoUniqueKey';
    if (isAdded && !own)
      rows.push({ key, identity: this.#identityOf(input, values), values, copies: 1, matches: 0 });
    else if (own && isCounted) own.copies += isAdded ? 1 : -1;
    else if (own && isAdded) own.values = values;
    else if (own) own.copies = 0;
    this.#stored[input] = rows.filter(({ copies }) => copies > 0);
    return isCounted || !own;
  }

  #find(input: 0 | 1, values: Row): Stored | undefined {
    const key = this.#keyOf(input, values);
    const identity = this.#identityOf(input, values);
    return this.#stored[input].find((row) => row.key === key && row.identity === identity);
  }

  /** Undefined for a key with a NULL that matches nothing. */
  #keyOf(input: 0 | 1, values: Row): string | undefined {
    const { leftKeys, rightKeys, filterNulls } = this.#spec;
    const key = (input === 0 ? leftKeys : rightKeys).map((column) => values[column] ?? null);
    return key.some((value, i) => value === null && filterNulls[i]) ? undefined : textOf(key);
  }

  #identityOf(input: 0 | 1, values: Row): string {
    const unique = this.#uniqueKey(input);
    if (unique.kind === 'NoUniqueKey') return textOf(values);
    if (unique.kind === 'JoinKeyContainsUniqueKey') return '';
    return textOf(unique.columns.map((column) => values[column] ?? null));
  }

  #uniqueKey(input: 0 | 1) {
    return input === 0 ? this.#spec.leftUniqueKey : this.#spec.rightUniqueKey;
  }
}
