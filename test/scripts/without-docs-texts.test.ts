import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CONNECTOR_CATALOGUE } from '../../engine/connectors/catalogue.ts';
import { CONFIG_OPTIONS } from '../../engine/table/catalog/config-options.ts';
import { FUNCTIONS } from '../../engine/table/functions/functions.ts';
import { docsTexts } from '../../scripts/without-docs-texts.ts';

const FOLDERS = ['engine/connectors', 'engine/table/functions'];

const files = [
  'engine/table/catalog/config-options.ts',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
  ),
];

test('what the single file leaves out is what docs alone are made of', () => {
  const described = [
    ...[...CONNECTOR_CATALOGUE.connectors, ...CONNECTOR_CATALOGUE.formats].flatMap(
      ({ description, options }) => [description, ...options.map((option) => option.description)],
    ),
    ...CONFIG_OPTIONS.map(({ description }) => description),
    ...FUNCTIONS.map(({ summary }) => summary),
  ];
  const left = files.flatMap((file) => docsTexts(file, readFileSync(file, 'utf8')).map(({ text }) => text));
  expect(left.filter((text) => !described.includes(text))).toEqual([]);
  expect(new Set(left).size).toBeGreaterThan(0.8 * new Set(described).size);
});
