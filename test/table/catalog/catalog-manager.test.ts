import { describe, expect, test } from 'vitest';
import { userFunctionKey } from '../../../engine/table/catalog/user-function.ts';
import { parseExpression } from '../../../engine/table/parser/parser.ts';
import type { ConverterEnvironment } from '../../../engine/table/validate/converter-environment.ts';
import { ExpressionConverter } from '../../../engine/table/validate/expression-converter.ts';
import { Scope } from '../../../engine/table/validate/scope.ts';
import { typeText } from '../../../engine/types/type-text.ts';
import { type } from '../../types/type-dsl.ts';
import { run, session } from '../operations/run-statements.ts';

const T = "WITH ('connector' = 'x')";

describe('paths', () => {
  const executor = session();
  run(
    executor,
    `CREATE DATABASE shop; CREATE TABLE t (a INT) ${T}; CREATE TABLE shop.t (b INT) ${T}; CREATE TEMPORARY TABLE t (c INT) ${T}`,
  );
  const { catalogs } = executor;

  const column = (...path: string[]) => {
    const object = catalogs.find(catalogs.qualify(path))?.object;
    return object?.kind === 'table' ? object.schema.rowType.fields[0]?.name : undefined;
  };

  test('of one to three parts', () => {
    expect([
      column('t'),
      column('default_database', 't'),
      column('shop', 't'),
      column('default_catalog', 'shop', 't'),
    ]).toEqual(['c', 'c', 'b', 'b']);
  });

  test('a temporary table hides the permanent one until it is dropped', () => {
    run(executor, 'DROP TEMPORARY TABLE t');
    expect(column('t')).toBe('a');
  });

  test('short names follow USE', () => {
    run(executor, 'USE shop');
    expect([column('t'), column('default_database', 't')]).toEqual(['b', 'a']);
  });

  test('a view remembers what was current when it was made', () => {
    run(executor, 'CREATE VIEW v AS SELECT b FROM t; USE default_database');
    const found = catalogs.find(catalogs.qualify(['shop', 'v']))?.object;
    expect(found).toMatchObject({
      kind: 'view',
      currentDatabase: 'shop',
      query: { sql: 'SELECT `t`.`b`\nFROM `default_catalog`.`shop`.`t` AS `t`' },
    });
  });

  test('a name that is not there is missed at its place, with the nearest ones', () => {
    const source = 'SELECT * FROM shop.tt';
    const span = (start: number, end: number) => ({ span: { start, end } });
    const parts = [
      { kind: 'Identifier', name: 'shop', ...span(14, 18) },
      { kind: 'Identifier', name: 'tt', ...span(19, 21) },
    ] as const;
    const miss = () => catalogs.resolve({ kind: 'ObjectPath', parts, ...span(14, 21) }, source);
    const error = caught(miss);
    expect(error).toMatchObject({
      message: "Object 'tt' not found within 'shop'",
      position: { column: 20 },
      suggestions: ['t'],
    });
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('functions of users', () => {
  const executor = session();
  run(
    executor,
    `CREATE FUNCTION Count_Char AS 'm.js#countChar' LANGUAGE JAVASCRIPT; CREATE DATABASE shop;
     CREATE FUNCTION shop.f AS 'm.js#f' LANGUAGE JAVASCRIPT; CREATE TEMPORARY FUNCTION \`lower\` AS 'm.js#mine' LANGUAGE JAVASCRIPT;
     CREATE TEMPORARY SYSTEM FUNCTION \`upper\` AS 'm.js#upper' LANGUAGE JAVASCRIPT`,
  );
  const { functions } = executor.catalogs;

  const convert = (text: string, environment: ConverterEnvironment = executor.environment) => {
    const scope = new Scope([
      {
        path: ['t'],
        fields: [
          { name: 's', type: type('STRING') },
          { name: 'i', type: type('INT') },
        ],
        firstInput: 0,
      },
    ]);
    return new ExpressionConverter(environment, { source: text, scope, clause: 'SELECT' }).convert(
      parseExpression(text),
    );
  };

  test('are found in any case, by path, temporary system ones first', () => {
    const names = [['COUNT_CHAR'], ['shop', 'F'], ['lower'], ['Upper'], ['f']].map(
      (path) => functions.find(path)?.className ?? '-',
    );
    expect(names).toEqual(['m.js#countChar', 'm.js#f', 'm.js#mine', 'm.js#upper', '-']);
  });

  test('stand behind built-in ones, unless they are temporary system functions', () => {
    expect(convert('lower(s)')).toMatchObject({ operator: 'LOWER' });
    expect(() => convert('upper(s)')).toThrowError(
      "Calling the user-defined function 'upper' is not supported",
    );
  });

  test('are typed once their signature is known', () => {
    const environment: ConverterEnvironment = {
      ...executor.environment,
      currentDatabase: 'default_database',
      findUserFunction: (path) => {
        const found = functions.find(path);
        return (
          found && {
            ...found,
            signature: {
              kind: 'scalar',
              parameters: ['STRING', 'BIGINT'].map((text) => ({ type: type(text), isOptional: false })),
              isVariadic: false,
              result: () => type('BIGINT'),
              isDeterministic: true,
              canRetract: false,
              canMerge: false,
            },
          }
        );
      },
    };
    const node = convert('count_char(s, i) + 1', environment);
    expect(typeText(node.type)).toBe('BIGINT');
    expect(node.kind === 'call' && node.operands[0]).toMatchObject({
      userFunction: 'default_catalog.default_database.count_char',
      operands: [{ kind: 'input' }, { operator: 'CAST', implicit: true, type: { root: 'BIGINT' } }],
    });
    expect(() => convert('count_char(i, s)', environment)).toThrowError(/Invalid function call/);
    expect(() => convert('count_char(s)', environment)).toThrowError(
      /Expected signatures are:\n.*count_char\(STRING, BIGINT\)/,
    );
  });

  test('have a key of their full name', () => {
    expect(functions.all().map(userFunctionKey)).toEqual([
      'upper',
      'default_catalog.default_database.lower',
      'default_catalog.default_database.count_char',
      'default_catalog.shop.f',
    ]);
  });
});
