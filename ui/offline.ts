const TRIED = 'millrace-isolation-tried';

/**
 * Installs the service worker (sw.ts) beside the page. Where the host sends no COOP and COEP headers, the page reloads
 * once, so that the worker's headers give it SharedArrayBuffer; nothing needs that, it is faster.
 *
 * @param mayReload asked when the worker is ready: false where a reload would disturb, as when a job runs already.
 */
export async function installServiceWorker(mayReload: () => boolean): Promise<void> {
  if (!('serviceWorker' in navigator) || !isSecureContext || !/^https?:$/.test(location.protocol)) return;
  await navigator.serviceWorker.register(new URL('sw.js', document.baseURI), { scope: './' });
  await navigator.serviceWorker.ready;
  if (crossOriginIsolated || sessionStorage.getItem(TRIED)) return;
  if (new URLSearchParams(location.search).has('no-isolation')) return;
  if (!navigator.serviceWorker.controller) await controllerChange();
  if (!mayReload()) return;
  sessionStorage.setItem(TRIED, '1'); // a browser that does not isolate is not reloaded for ever
  location.reload();
}

function controllerChange(): Promise<void> {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
}
