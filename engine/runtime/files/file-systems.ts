import type { FileAccess } from '../../operators/stream-operator.ts';

/**
 * Files by the scheme of their path: `https:`, `file-drop:`, ... Everything without a scheme, and `file:`, is `local`.
 * A scheme of one letter is a drive of Windows.
 */
export function fileSystems(local: FileAccess, others: Readonly<Record<string, FileAccess>>): FileAccess {
  const systemOf = (path: string): FileAccess => {
    const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(path)?.[1]?.toLowerCase() ?? 'file';
    const system = scheme === 'file' ? local : others[scheme];
    if (!system) throw new Error(`Files of ${scheme}: are not supported: ${path}`);
    return system;
  };
  return {
    list: async (path) => systemOf(path).list(path),
    read: (path, offset) => systemOf(path).read(path, offset),
    write: async (path, bytes) => systemOf(path).write(path, bytes),
    rename: async (from, to) => systemOf(from).rename(from, to),
    remove: async (path) => systemOf(path).remove(path),
  };
}

/** What a file system throws that can only be read. */
export function readOnly(path: string): Promise<never> {
  return Promise.reject(new Error(`Writing to ${path} is not supported.`));
}

/** Whether a file found below a listed folder counts (S-93): no step to it begins with `_` or `.`. */
export function isVisible(pathBelow: string): boolean {
  return !pathBelow.split('/').some((step) => step.startsWith('_') || step.startsWith('.'));
}

/** A stream's pieces. (Not every browser can iterate over one.) */
export async function* piecesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // whoever iterates may stop before the end
  }
}
