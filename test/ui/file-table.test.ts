import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { tableForFile } from '../../ui/file-table.ts';

const file = (name: string, ...parts: BlobPart[]): File => new File(parts, name);

/** The columns of the table as `name TYPE`, its options but connector and path, and what is left of the file. */
async function guessed(name: string, ...parts: BlobPart[]) {
  const { script, content } = await tableForFile(file(name, ...parts));
  const [, list = '', options = ''] =
    /CREATE TABLE `.*` \(\n(.*?)\n\) WITH \(\n(.*?)\n\);/s.exec(script) ?? [];
  const lines = (text: string): string[] => text.split('\n').map((line) => line.trim().replace(/,$/, ''));
  const rest = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await content.arrayBuffer());
  return { columns: lines(list), options: lines(options).slice(2), content: rest };
}

const CSV = ["'format' = 'csv'", "'csv.ignore-parse-errors' = 'true'"];

describe('CSV', () => {
  test('with a header: its names, without its line', async () => {
    assert.deepEqual(await guessed('a.csv', 'name,age\nann,3\nbob,4\n'), {
      columns: ['`name` STRING', '`age` BIGINT'],
      options: CSV,
      content: 'ann,3\nbob,4\n',
    });
  });

  test('without a header: columns by number, and every line', async () => {
    assert.deepEqual(await guessed('a.csv', '1,x\n2,y\n'), {
      columns: ['`c1` BIGINT', '`c2` STRING'],
      options: CSV,
      content: '1,x\n2,y\n',
    });
  });

  test('a header over texts alone is taken for one when some lines follow', async () => {
    const { columns, content } = await guessed('a.csv', 'city,land\na,b\nc,d\ne,f\ng,h\n');
    assert.deepEqual(columns, ['`city` STRING', '`land` STRING']);
    assert.ok(content.startsWith('a,b'));
  });

  test('semicolons and tabs', async () => {
    const semicolons = await guessed('a.csv', 'p;q\n1,5;2\n');
    assert.deepEqual(semicolons.columns, ['`p` STRING', '`q` BIGINT']);
    assert.ok(semicolons.options.includes("'csv.field-delimiter' = ';'"));
    const tabs = await guessed('a.tsv', '1\t2024-05-06\n2\t2024-05-07\n');
    assert.deepEqual(tabs.columns, ['`c1` BIGINT', '`c2` DATE']);
    assert.ok(tabs.options.includes("'csv.field-delimiter' = '\\t'"));
  });

  test('a delimiter inside quotes is text', async () => {
    const { columns } = await guessed('a.csv', '"a;b;c",1\n"d;e;f",2\n');
    assert.deepEqual(columns, ['`c1` STRING', '`c2` BIGINT']);
  });

  test('types: the narrowest that holds every cell, and empty cells say nothing', async () => {
    const { columns } = await guessed(
      'a.csv',
      'i,d,b,t,x,n\n1,1.5,true,2024-01-02 03:04:05,1,\n,2,FALSE,2024-01-02 03:04:05.678,y,\n',
    );
    assert.deepEqual(columns, [
      '`i` BIGINT',
      '`d` DOUBLE',
      '`b` BOOLEAN',
      '`t` TIMESTAMP(3)',
      '`x` STRING',
      '`n` STRING',
    ]);
  });

  test('a byte order mark, blank lines and Windows line ends before the rows are cut off with the header', async () => {
    const { columns, content } = await guessed('a.csv', '\ufeff', '\r\nstadt,größe\r\nköln,7\r\n');
    assert.deepEqual(columns, ['`stadt` STRING', '`größe` BIGINT']);
    assert.equal(content, 'köln,7\r\n');
    assert.equal((await guessed('a.csv', '\ufeff1,2\n3,4\n')).content, '1,2\n3,4\n');
  });

  test('only the beginning of a large file is looked at, to the end of its last whole line', async () => {
    const { columns, content } = await guessed('a.csv', 'a,b\n', '1,2\n'.repeat(40_000), 'x,y\n');
    assert.deepEqual(columns, ['`a` BIGINT', '`b` BIGINT']);
    assert.equal(content.length, 40_001 * 4);
  });

  test('names with a quote in them, of tables and columns', async () => {
    const { script } = await tableForFile(file("o'neil`s.csv", 'a`b,c\n1,2\n'));
    assert.match(script, /CREATE TABLE `o'neil``s` \(\n {2}`a``b` BIGINT/);
    assert.match(script, /'path' = 'file-drop:o''neil`s.csv'/);
  });
});

describe('JSON lines', () => {
  test('numbers, texts, times, truth', async () => {
    const { columns, options } = await guessed(
      'a.json',
      '{"i":1,"d":1,"s":"x","b":true,"t":"2024-01-02 03:04:05","n":null}\n{"i":2,"d":2.5,"later":"y"}\n',
    );
    assert.deepEqual(columns, [
      '`i` BIGINT',
      '`d` DOUBLE',
      '`s` STRING',
      '`b` BOOLEAN',
      '`t` TIMESTAMP(3)',
      '`n` STRING',
      '`later` STRING',
    ]);
    assert.deepEqual(options, ["'format' = 'json'"]);
  });

  test('nested rows and arrays', async () => {
    const { columns } = await guessed(
      'a.jsonl',
      '{"p":{"x":1,"q":{"y":"z"}},"l":[1,2],"m":[{"a":1},{"b":true}],"none":[],"empty":{}}\n',
    );
    assert.deepEqual(columns, [
      '`p` ROW<`x` BIGINT, `q` ROW<`y` STRING>>',
      '`l` ARRAY<BIGINT>',
      '`m` ARRAY<ROW<`a` BIGINT, `b` BOOLEAN>>',
      '`none` ARRAY<STRING>',
      '`empty` STRING',
    ]);
  });

  test('values of several kinds under one name are text', async () => {
    assert.deepEqual((await guessed('a.json', '{"v":1}\n{"v":"x"}\n{"v":[1]}\n')).columns, ['`v` STRING']);
  });

  test('a byte order mark is cut off', async () => {
    assert.equal((await guessed('a.json', '\ufeff{"a":1}\n')).content, '{"a":1}\n');
  });

  test('a document over several lines is refused with the line', async () => {
    await assert.rejects(
      tableForFile(file('a.json', '{\n  "a": 1\n}\n')),
      /a\.json: one JSON object a line was expected, and this is none: \{/,
    );
  });

  test('lines without an object are refused', async () => {
    await assert.rejects(tableForFile(file('a.json', '[1,2]\n[3]\n')), /no object with a field/);
  });
});

describe('what is no table', () => {
  for (const [name, content] of [
    ['nothing', ''],
    ['blank lines', '\n \r\n'],
  ] as const) {
    test(name, () => assert.rejects(tableForFile(file('a.csv', content)), /a\.csv is empty/));
  }

  test('binary nonsense', () =>
    assert.rejects(
      tableForFile(file('a.csv', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]))),
      /a\.csv is no text/,
    ));

  test('one endless line', () =>
    assert.rejects(tableForFile(file('a.csv', 'x'.repeat(100_000))), /first line is longer than 64 KiB/));
});
