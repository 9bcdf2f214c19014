import './millrace-app.ts';
import type { MillraceAppElement } from './millrace-app.ts';
import { installServiceWorker } from './offline.ts';

const app = document.createElement('millrace-app') as MillraceAppElement;
document.body.replaceChildren(app);

// In development the dev server sends the headers itself, and an old cache would only confuse.
if (import.meta.env.PROD) {
  installServiceWorker(() => app.session.jobs.length === 0).catch((error: unknown) => {
    console.warn('Without a service worker the page needs the network to load.', error);
  });
}
