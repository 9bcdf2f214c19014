import { describe, expect, test } from 'vitest';
import { CONNECTOR_CATALOGUE } from '../../engine/connectors/catalogue.ts';
import { CONNECTORS, createTableSource } from '../../engine/connectors/registry.ts';
import type { TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import { TestOperatorContext } from '../harness/test-operator-context.ts';
import { testEnvironment } from '../harness/test-environment.ts';

describe('connectors', () => {
  test('have operators for what they describe, and no others', () => {
    expect(CONNECTOR_CATALOGUE.connectors.map(({ connector }) => connector).sort()).toEqual(
      Object.keys(CONNECTORS).sort(),
    );
    for (const descriptor of CONNECTOR_CATALOGUE.connectors) {
      const { createSource, createSink } = CONNECTORS[descriptor.connector]!; // compared above
      expect({ ...descriptor, is: 'source' in descriptor }).toMatchObject({ is: createSource !== undefined });
      expect({ ...descriptor, is: 'sink' in descriptor }).toMatchObject({ is: createSink !== undefined });
    }
  });

  test('describe each option once, with a default that fits its type', () => {
    const owners = [
      ...CONNECTOR_CATALOGUE.connectors.map(({ connector, options }) => [connector, options] as const),
      ...CONNECTOR_CATALOGUE.formats.map(({ format, options }) => [format, options] as const),
    ];
    for (const [owner, options] of owners) {
      const keys = options.map(({ key }) => key);
      expect([owner, new Set(keys).size]).toEqual([owner, keys.length]);
      for (const { key, description, values, default: standard } of options) {
        expect([owner, key, /^[A-Z].*\.$/.test(description)]).toEqual([owner, key, true]);
        if (values && standard !== undefined) expect(values).toContain(standard);
      }
    }
  });

  test('refuse to read what has no source', async () => {
    const context = new TestOperatorContext(await testEnvironment());
    const spec: TableSourceSpec = {
      kind: 'TableSource',
      table: 'cat.db.t',
      connector: 'print',
      options: {},
      rowType: { root: 'ROW', fields: [], nullable: false },
      metadata: [],
      required: [],
    };
    expect(() => createTableSource(context, spec)).toThrow(
      "Reading table cat.db.t with the connector 'print' is not supported.",
    );
  });
});
