import { preview } from 'vite';

/** The built app as a visitor gets it. */
export async function pageServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'silent' });
  const address = server.httpServer.address();
  if (!address || typeof address === 'string') throw new Error('the preview server has no port');
  return { url: `http://localhost:${address.port}/`, close: () => server.close() };
}
