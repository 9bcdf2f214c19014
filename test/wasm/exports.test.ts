import { readFileSync } from 'node:fs';
import { assert, test } from 'vitest';

const compile = (file: string) => new WebAssembly.Module(readFileSync(`wasm/build/${file}`));
const imports = (module: WebAssembly.Module) =>
  WebAssembly.Module.imports(module).map(({ module, name, kind }) => `${module}.${name}: ${kind}`);

// Only the debug build may call abort: a failed assert does. The release has no asserts, and traps.
const allowed: [file: string, imports: string[]][] = [
  ['millrace.wasm', ['env.memory: memory']],
  ['millrace.debug.wasm', ['env.memory: memory', 'env.abort: function']],
];
for (const [file, names] of allowed) {
  test(`${file} imports no more than ${names.join(' and ')}`, () => {
    assert.deepEqual(
      imports(compile(file)).filter((name) => !names.includes(name)),
      [],
    );
  });
}

for (const file of ['millrace.wasm', 'millrace.debug.wasm']) {
  test(`${file} holds no allocator and exports functions only`, () => {
    const exports = WebAssembly.Module.exports(compile(file));
    assert.include(
      exports.map(({ name }) => name),
      'heapBase',
    );
    assert.deepEqual(
      exports.filter(({ name, kind }) => kind !== 'function' || name.startsWith('__')),
      [],
    );
  });
}
