import { createTableSink, createTableSource } from '../connectors/registry.ts';
import { PageTopicStore } from '../connectors/topic/page-topic-store.ts';
import { operatorFactory } from '../operators/registry.ts';
import type { FileAccess } from '../operators/stream-operator.ts';
import type { PageStore } from '../state/page-store.ts';
import { DroppedFiles } from './files/dropped-files.ts';
import { fileSystems } from './files/file-systems.ts';
import { UrlFiles } from './files/url-files.ts';
import { TaskExecutor } from './task-executor.ts';
import type { ClosableTaskExecutor, TaskManagerSurroundings } from './worker-role.ts';

/**
 * A TaskManager with all operators and connectors.
 *
 * @param localFiles what paths without a scheme mean; `base` is the URL of the page, where there is one
 * @param terminate ends the worker, if it has one for itself
 */
export function createTaskManager(
  { openStore, droppedFiles }: TaskManagerSurroundings,
  localFiles: (store: PageStore, base: string | undefined) => FileAccess,
  terminate?: (error: Error) => void,
): ClosableTaskExecutor {
  const executor = new TaskExecutor({
    openStore,
    openHost: (store, { configuration }) => {
      const urls = new UrlFiles();
      const files = fileSystems(localFiles(store, configuration['millrace.base-url']), {
        http: urls,
        https: urls,
        'file-drop': new DroppedFiles(store, droppedFiles),
      });
      return { files, topics: new PageTopicStore(store) };
    },
    ...(terminate && { terminate }),
    createOperator: operatorFactory({ createTableSource, createTableSink }),
    importModule: (url) => import(/* @vite-ignore */ url) as Promise<Record<string, unknown>>,
  });
  return Object.assign(executor, { close: () => void executor.shutdown() });
}
