/**
 * Parsed expressions of Java as regular expressions of JavaScript, where both mean the same: the browser's matcher is several times as fast as
 * ours. The two differ in surrogate pairs (Java looks behind by UTF-16), in what a group keeps from an earlier round of a loop or from inside a
 * look-around, in rounds that match nothing, in references to groups that took no part, and in how long a hopeless match takes. Whatever may come
 * to one of these has no source.
 */

import { extentOf, type Extent, type PatternNode } from './pattern-node.ts';

export interface PatternSource {
  /** For the flag `v`; groups have the numbers that they have in Java. */
  readonly source: string;
  /** Texts for which both mean the same. */
  readonly texts: 'ascii' | 'without surrogates';
}

/** Undefined for what has to be matched as Java does it. */
export function sourceOf(root: PatternNode): PatternSource | undefined {
  const writer = new SourceWriter();
  const source = writer.write(root, { groups: new Set(), allowsGroups: true });
  if (source === undefined) return undefined;
  return { source, texts: writer.isAsciiOnly ? 'ascii' : 'without surrogates' };
}

/** Points, times their numbers of rounds: what an engine may have to unroll. */
const LARGEST_SIZE = 2000;

interface Place {
  /** Groups that have matched whenever the match comes here; the writer adds what it passes. */
  readonly groups: Set<number>;
  readonly allowsGroups: boolean;
}

class SourceWriter {
  isAsciiOnly = false;

  /** Undefined where JavaScript does not say the same. Adds the groups that the node always sets. */
  write(node: PatternNode, place: Place): string | undefined {
    switch (node.kind) {
      case 'point':
        // A class of one point keeps the browser from searching for it.
        if (node.literal !== undefined) return node.set.source;
        return node.set.source === undefined ? undefined : `[${node.set.source}]`;
      case 'sequence':
        return this.#all(node.items, (item) => this.write(item, place), '');
      case 'choice':
        return this.#choice(node.items, place);
      case 'group': {
        if (!place.allowsGroups) return undefined;
        const body = this.write(node.body, place);
        place.groups.add(node.number);
        return body === undefined ? undefined : `(${body})`;
      }
      case 'repeat':
        return this.#repeat(node, place);
      case 'ahead':
        return this.#around(node.isNegated ? '?!' : '?=', node.body, place);
      case 'behind':
        return this.#around(node.isNegated ? '?<!' : '?<=', node.body, place);
      case 'reference':
        return node.fold || !place.groups.has(node.group) ? undefined : `(?:\\${node.group})`;
      case 'assertion': {
        const { source, isAsciiOnly } = node.assertion;
        if (isAsciiOnly) this.isAsciiOnly = true;
        return source;
      }
      default:
        return undefined;
    }
  }

  #all(
    nodes: readonly PatternNode[],
    write: (node: PatternNode) => string | undefined,
    separator: string,
  ): string | undefined {
    const parts: string[] = [];
    for (const node of nodes) {
      const part = write(node);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts.join(separator);
  }

  #choice(items: readonly PatternNode[], place: Place): string | undefined {
    const ends: Set<number>[] = [];
    const source = this.#all(
      items,
      (item) => {
        const groups = new Set(place.groups);
        ends.push(groups);
        return this.write(item, { ...place, groups });
      },
      '|',
    );
    for (const group of ends[0] ?? []) if (ends.every((end) => end.has(group))) place.groups.add(group);
    return source === undefined ? undefined : `(?:${source})`;
  }

  #around(mark: string, body: PatternNode, { groups }: Place): string | undefined {
    const source = this.write(body, { groups: new Set(groups), allowsGroups: false });
    return source === undefined ? undefined : `(${mark}${source})`;
  }

  #repeat(node: Extract<PatternNode, { kind: 'repeat' }>, place: Place): string | undefined {
    const { body, min, max, mode } = node;
    if (mode === 'possessive' || sizeOf(node) > LARGEST_SIZE) return undefined;
    const before = new Set(place.groups);
    const groups = new Set(before);
    const source = this.write(body, { ...place, groups });
    if (source === undefined) return undefined;
    if (body.kind !== 'point') {
      if (extentOf(body).min === 0) return undefined;
      if (max > 1 && !isOneWay(body)) return undefined;
      if (max > 1 && groupsIn(body).some((group) => !groups.has(group))) return undefined;
    }
    if (min > 0) for (const group of groups) place.groups.add(group);
    const times = `{${min},${max === Infinity ? '' : max}}${mode === 'lazy' ? '?' : ''}`;
    return body.kind === 'group' || body.kind === 'point' ? `${source}${times}` : `(?:${source})${times}`;
  }
}

/** Whether there is one way to match at a place, so that rounds of a loop cannot be cut in many ways. */
function isOneWay(node: PatternNode): boolean {
  switch (node.kind) {
    case 'group':
      return isOneWay(node.body);
    case 'sequence':
      return node.items.every(isOneWay);
    case 'choice': {
      const firsts = node.items.map(firstLiteral);
      return (
        !firsts.includes(undefined) && new Set(firsts).size === firsts.length && node.items.every(isOneWay)
      );
    }
    default: {
      const extent: Extent = extentOf(node);
      return extent.isFixedWay;
    }
  }
}

function firstLiteral(node: PatternNode): number | undefined {
  if (node.kind === 'point') return node.literal;
  if (node.kind === 'group') return firstLiteral(node.body);
  return node.kind === 'sequence' && node.items[0] ? firstLiteral(node.items[0]) : undefined;
}

function groupsIn(node: PatternNode): number[] {
  switch (node.kind) {
    case 'group':
      return [node.number, ...groupsIn(node.body)];
    case 'sequence':
    case 'choice':
      return node.items.flatMap(groupsIn);
    case 'repeat':
    case 'atomic':
    case 'ahead':
    case 'behind':
      return groupsIn(node.body);
    default:
      return [];
  }
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return node.items.reduce((sum, item) => sum + sizeOf(item), 0);
    case 'repeat':
      return sizeOf(node.body) * Math.max(1, node.max === Infinity ? node.min : node.max);
    case 'group':
    case 'atomic':
    case 'ahead':
    case 'behind':
      return sizeOf(node.body);
    default:
      return 1;
  }
}
