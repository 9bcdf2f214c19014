import { describe, expect, test } from 'vitest';
import type { Identifier } from '../../../engine/table/parser/ast.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';
import type { Relation } from '../../../engine/table/validate/scope.ts';
import { ValidationException } from '../../../engine/types/errors.ts';
import { type } from '../../types/type-dsl.ts';

const relation = (path: string, firstInput: number, columns: string, hidden?: number[]): Relation => ({
  path: path === '' ? [] : path.split('.'),
  fields: columns.split(' ').map((column) => {
    const [name = '', kind = 'INT'] = column.split(':');
    return { name, type: type(kind === 'ROW' ? 'ROW<f INT, g STRING>' : kind) };
  }),
  firstInput,
  ...(hidden && { hidden: new Set(hidden) }),
});

const people = relation('cat.db.people', 0, 'id name home:ROW');
const homes = relation('h', 3, 'id city');
const scope = new Scope([people, homes]);

function resolve(path: string, within = scope): string {
  let at = 0;
  const parts = path.split('.').map((name): Identifier => {
    const span = { start: at, end: at + name.length };
    at += name.length + 1;
    return { kind: 'Identifier', name, span };
  });
  try {
    const { index, level, consumed } = within.resolve(parts, path);
    return `$${index} level ${level} used ${consumed}`;
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    const { message, position, suggestions } = error;
    const place = `${position?.column}-${(position?.endColumn ?? 0) - 1}`;
    return `${place} ${message}${suggestions ? ` [${suggestions.join(', ')}]` : ''}`;
  }
}

const cases: [path: string, expected: string][] = [
  ['name', '$1 level 0 used 1'],
  ['city', '$4 level 0 used 1'],
  ['people.id', '$0 level 0 used 2'],
  ['db.people.id', '$0 level 0 used 3'],
  ['cat.db.people.id', '$0 level 0 used 4'],
  ['h.id', '$3 level 0 used 2'],
  ['home.f', '$2 level 0 used 1'],
  ['people.home.f', '$2 level 0 used 2'],
  ['id', "1-2 Column 'id' is ambiguous"],
  ['nmae', "1-4 Column 'nmae' not found in any table [name]"],
  ['NAME', "1-4 Column 'NAME' not found in any table; did you mean 'name'? [name]"],
  ['people.nam', "8-10 Column 'nam' not found in table 'people' [name]"],
  ['poeple.id', "1-6 Table 'poeple' not found [people]"],
  ['name.f', "1-4 Table 'name' not found"],
  ['other.people.id', "1-12 Table 'other.people' not found"],
];

describe('names of a FROM clause', () => {
  test.each(cases)('%s', (path, expected) => expect(resolve(path)).toBe(expected));
});

describe('a query within a query', () => {
  const inner = new Scope([relation('o', 0, 'total name')], scope);

  test.each([
    ['total', '$0 level 0 used 1'],
    ['name', '$1 level 0 used 1'],
    ['people.name', '$1 level 1 used 2'],
    ['city', '$4 level 1 used 1'],
    ['h.id', '$3 level 1 used 2'],
  ])('%s', (path, expected) => expect(resolve(path, inner)).toBe(expected));
});

test('the column of USING that is left out of * is found when it is qualified', () => {
  const joined = new Scope([people, relation('h', 3, 'id city', [0])]);
  expect([resolve('id', joined), resolve('h.id', joined)]).toEqual([
    '$0 level 0 used 1',
    '$3 level 0 used 2',
  ]);
});

test('two columns of one name in one relation are ambiguous, even qualified', () => {
  const twice = new Scope([relation('v', 0, 'x x')]);
  expect(resolve('x', twice)).toBe("1-1 Column 'x' is ambiguous");
  expect(resolve('v.x', twice)).toBe("3-3 Column 'x' is ambiguous");
});
