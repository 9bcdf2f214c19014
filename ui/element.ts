import { MillraceLabElement } from './millrace-lab.ts';

export { MillraceLabElement };
export * from '../engine/index.ts';

// A classic script in a page's head runs before the labs below it are read, and a lab has to find its script inside it.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', define, { once: true });
else define();

function define(): void {
  if (!customElements.get('millrace-lab')) customElements.define('millrace-lab', MillraceLabElement);
}
