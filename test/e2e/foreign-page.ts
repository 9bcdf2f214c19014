import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';

/** Two sites that have nothing to do with each other: one with a page, one that only serves `dist/single`. */
export interface ForeignSites {
  /** Where the page is. What it holds and which headers it has, `serve` tells. */
  readonly page: string;
  /** Where the single file is. */
  readonly scripts: string;
  serve(html: string, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

export async function foreignSites(): Promise<ForeignSites> {
  let html = '';
  let headers: Readonly<Record<string, string>> = {};
  const pages = createServer((request, response) => {
    if (request.url !== '/lesson.html') response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(html);
  });
  // Like a CDN: anybody may read it, from any page.
  const scripts = createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://scripts').pathname);
    readFile(path.join('dist/single', name)).then(
      (content) =>
        response
          .writeHead(200, {
            'Content-Type': 'text/javascript',
            'Access-Control-Allow-Origin': '*',
            'Cross-Origin-Resource-Policy': 'cross-origin',
          })
          .end(content),
      () => response.writeHead(404).end(),
    );
  });
  return {
    page: `http://localhost:${await portOf(pages)}/lesson.html`,
    scripts: `http://127.0.0.1:${await portOf(scripts)}`,
    serve: (nextHtml, nextHeaders = {}) => {
      html = nextHtml;
      headers = nextHeaders;
    },
    close: async () => {
      for (const server of [pages, scripts]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
