import { describe, expect, test } from 'vitest';
import { CONFIG_OPTIONS } from '../../../engine/table/catalog/config-options.ts';
import { TableConfig } from '../../../engine/table/catalog/table-config.ts';
import { ValidationException } from '../../../engine/types/errors.ts';

test('options have their defaults until they are set, and again after RESET', () => {
  const config = new TableConfig();
  expect([
    config.number('parallelism.default'),
    config.boolean('table.dml-sync'),
    config.isStreaming,
  ]).toEqual([1, false, true]);
  config.set('parallelism.default', '4');
  config.set('execution.runtime-mode', 'batch');
  expect([config.number('parallelism.default'), config.isStreaming]).toEqual([4, false]);
  expect(config.toConfiguration()).toEqual({ 'execution.runtime-mode': 'batch', 'parallelism.default': '4' });
  config.reset('parallelism.default');
  expect(config.number('parallelism.default')).toBe(1);
});

test('keys that nobody knows are kept', () => {
  const config = new TableConfig({ 'my.option': 'x' });
  expect([config.get('my.option'), config.isSet('my.option'), config.get('other')]).toEqual([
    'x',
    true,
    undefined,
  ]);
});

describe('bad values of known options', () => {
  test.each([
    ['parallelism.default', 'x', 'a whole number'],
    ['table.exec.state.ttl', '1 fortnight', "a duration such as '10 s'"],
    ['taskmanager.memory.process.size', 'much', "a size such as '128 mb'"],
    ['table.dml-sync', 'yes', 'true or false'],
    ['restart-strategy.exponential-delay.jitter-factor', 'some', 'a number'],
    ['execution.runtime-mode', 'FOO', 'one of STREAMING, BATCH, AUTOMATIC'],
    [
      'table.local-time-zone',
      'Nowhere',
      "'default', a zone such as 'Europe/Berlin', or an offset such as 'GMT+08:00'",
    ],
  ])('%s = %s', (key, value, expected) => {
    const message = `Could not parse value '${value}' for key '${key}': ${expected} is expected.`;
    expect(() => new TableConfig().set(key, value)).toThrowError(new ValidationException(message));
  });
});

test('zones are names, offsets or the machine’s own', () => {
  for (const zone of ['Europe/Berlin', 'UTC', 'GMT+08:00', 'GMT-3']) {
    expect(new TableConfig({ 'table.local-time-zone': zone }).timeZone).toBe(zone);
  }
  expect(new TableConfig().timeZone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
});

test('every option has one entry and a default that it would accept', () => {
  expect(new Set(CONFIG_OPTIONS.map((option) => option.key)).size).toBe(CONFIG_OPTIONS.length);
  const config = new TableConfig();
  for (const option of CONFIG_OPTIONS)
    if (option.default !== undefined) config.set(option.key, option.default);
  expect(config.entries().length).toBe(
    CONFIG_OPTIONS.filter((option) => option.default !== undefined).length,
  );
});
