/**
 * The service worker of the app: labs work offline, and the page is cross-origin isolated on a host that sends no headers.
 *
 * The build lists the app's files and names their cache after their content, so a cache never mixes two versions: a new
 * worker fills a cache of its own, and deletes the others once it is in charge.
 */
declare const __OFFLINE_FILES__: string[];
declare const __OFFLINE_VERSION__: string;

// TypeScript knows these only in a library that excludes the DOM's.
interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
declare const self: {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
};

const PREFIX = 'millrace-app-';
const CACHE = PREFIX + __OFFLINE_VERSION__;

self.addEventListener('install', (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(deleteOthers().then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event) => {
  if (isOurs(event.request)) event.respondWith(answer(event.request));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the HTTP cache, which may hold the version before.
  await cache.addAll(__OFFLINE_FILES__.map((file) => new Request(file, { cache: 'reload' })));
}

async function deleteOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)),
  );
}

function isOurs(request: Request): boolean {
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return false;
  // A request from the developer tools that a worker cannot fetch.
  return request.cache !== 'only-if-cached' || request.mode === 'same-origin';
}

/** From the cache, else from the network. `?no-isolation` on the page's address leaves its headers as they are. */
async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const leaveHeaders = request.mode === 'navigate' && url.searchParams.has('no-isolation');
  if (url.pathname.endsWith('/')) url.pathname += 'index.html';
  const cache = await caches.open(CACHE);
  const response = (await cache.match(url, { ignoreSearch: true })) ?? (await fetch(request));
  return leaveHeaders ? response : isolated(response);
}

/** The same response with the headers that give a page SharedArrayBuffer. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.type === 'opaqueredirect') return response; // may not be rebuilt
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  const { body, status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}

export {}; // a module to TypeScript, so that `self` above is this file's own
