import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'vitest';
import type { FileAccess } from '../../../engine/operators/stream-operator.ts';
import { DroppedFiles, storeDroppedFile } from '../../../engine/runtime/files/dropped-files.ts';
import { fileSystems } from '../../../engine/runtime/files/file-systems.ts';
import { NodeFiles } from '../../../engine/runtime/files/node-files.ts';
import { StoredFiles } from '../../../engine/runtime/files/stored-files.ts';
import { UrlFiles } from '../../../engine/runtime/files/url-files.ts';
import { MemoryPageStore } from '../../../engine/state/page-store-memory.ts';

async function textOf(files: FileAccess, file: string, offset = 0): Promise<string> {
  let text = '';
  for await (const bytes of files.read(file, offset)) text += new TextDecoder().decode(bytes);
  return text;
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('local files', () => {
  async function withFolder(body: (folder: string, files: NodeFiles) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-files-'));
    try {
      await body(folder, new NodeFiles());
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('are read from an offset, by path or URL', () =>
    withFolder(async (folder, files) => {
      const file = path.join(folder, 'a b.csv');
      await writeFile(file, '0123456789');
      assert.equal(await textOf(files, file, 4), '456789');
      assert.equal(await textOf(files, pathToFileURL(file).href), '0123456789');
      assert.deepEqual(await files.list(file), [{ path: file, size: 10 }]);
    }));

  test('of a folder are those below it, in order, without hidden ones', () =>
    withFolder(async (folder, files) => {
      for (const name of ['b', 'a', 'sub/c', '_hidden', '.hidden', '_sub/d', 'sub/.e']) {
        await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
        await writeFile(path.join(folder, name), name);
      }
      const found = (await files.list(folder)).map(
        (file) => `${path.relative(folder, file.path)} ${file.size}`,
      );
      assert.deepEqual(found, ['a 1', 'b 1', 'sub/c 5']);
    }));

  test('are written with their folders, renamed and removed', () =>
    withFolder(async (folder, files) => {
      await files.write(path.join(folder, 'new/.part'), bytesOf('text'));
      await files.rename(path.join(folder, 'new/.part'), path.join(folder, 'other/part'));
      assert.equal(await textOf(files, path.join(folder, 'other/part')), 'text');
      await files.remove(path.join(folder, 'other/part'));
      await assert.rejects(
        files.list(path.join(folder, 'other/part')),
        /cannot be read: there is no such file/,
      );
      await assert.rejects(
        textOf(files, path.join(folder, 'other/part')),
        /cannot be read: there is no such file/,
      );
    }));
});

describe('files behind URLs', () => {
  test('are read from an offset, and failures name them', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/data/a.csv' ? 200 : 404).end('0123456789');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/page/index.html`;
    try {
      const files = new UrlFiles(base);
      assert.equal(await textOf(files, '../data/a.csv', 7), '789');
      assert.equal(await textOf(files, '../data/a.csv', 10), '');
      await assert.rejects(textOf(files, 'none.csv'), /none.csv cannot be read: the server answers 404/);
      await assert.rejects(files.write('a'), /Writing to a is not supported/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await assert.rejects(textOf(new UrlFiles(base), 'a.csv'), /a.csv cannot be read: .*CORS/);
  });
});

describe('dropped files', () => {
  const pieces = 'x'.repeat(5 << 20);

  test('of this session are read where they are, of an earlier one from the store', async () => {
    const store = new MemoryPageStore();
    const blob = new Blob([pieces, 'end']);
    await storeDroppedFile(store, 'my file.csv', blob);
    for (const blobs of [new Map([['my file.csv', blob]]), new Map<string, Blob>()]) {
      const files = new DroppedFiles(store, blobs);
      assert.deepEqual(await files.list('file-drop:my file.csv'), [
        { path: 'file-drop:my file.csv', size: blob.size },
      ]);
      assert.equal(await textOf(files, 'file-drop:my file.csv', pieces.length), 'end');
    }
  });

  test('replace one another, and are missed by name', async () => {
    const store = new MemoryPageStore();
    await storeDroppedFile(store, 'a', new Blob([pieces]));
    await storeDroppedFile(store, 'a', new Blob(['short']));
    const files = new DroppedFiles(store, new Map());
    assert.equal(await textOf(files, 'file-drop:a'), 'short');
    await assert.rejects(
      files.list('file-drop:b'),
      /The file b is not here any more. Drop it on the page again/,
    );
  });
});

describe('the file system of a page', () => {
  test('keeps what is written under its path, however that is spelt', async () => {
    const files = new StoredFiles(new MemoryPageStore(), new UrlFiles());
    await files.write('/out/.part-1', bytesOf('one'));
    await files.rename('/out/.part-1', 'file:///out/part-1');
    await files.write('out/_temporary/x', bytesOf('no'));
    await files.write('outside', bytesOf('no'));
    assert.deepEqual(await files.list('/out/'), [{ path: 'out/part-1', size: 3 }]);
    assert.equal(await textOf(files, 'out/part-1', 1), 'ne');
    await files.remove('out/part-1');
    await assert.rejects(files.rename('out/part-1', 'b'), /no file out\/part-1/);
  });

  test('looks elsewhere for what was never written', async () => {
    const elsewhere = new StoredFiles(new MemoryPageStore(), new UrlFiles());
    await elsewhere.write('data/a.csv', bytesOf('from the page'));
    const files = new StoredFiles(new MemoryPageStore(), elsewhere);
    assert.deepEqual(await files.list('data/a.csv'), [{ path: 'data/a.csv', size: 13 }]);
    assert.equal(await textOf(files, 'data/a.csv', 5), 'the page');
  });
});

test('a path goes to the file system of its scheme', async () => {
  const named = (name: string): FileAccess =>
    Object.assign(new StoredFiles(new MemoryPageStore(), new UrlFiles()), {
      list: async () => [{ path: name, size: 0 }],
    });
  const files = fileSystems(named('local'), { https: named('web'), 'file-drop': named('dropped') });
  const where = async (file: string): Promise<string | undefined> => (await files.list(file))[0]?.path;
  assert.equal(await where('/a/b'), 'local');
  assert.equal(await where('file:///a/b'), 'local');
  assert.equal(await where('C:\\data\\a.csv'), 'local');
  assert.equal(await where('https://a.example/b'), 'web');
  assert.equal(await where('file-drop:a: b.csv'), 'dropped');
  await assert.rejects(where('s3://bucket/a'), /Files of s3: are not supported: s3:\/\/bucket\/a/);
});
