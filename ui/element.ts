import { MillraceLabElement } from './millrace-lab.ts';

export { MillraceLabElement };
export * from '../engine/index.ts';

if (!customElements.get('millrace-lab')) customElements.define('millrace-lab', MillraceLabElement);
