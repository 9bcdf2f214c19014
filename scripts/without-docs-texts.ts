/**
 * Leaves the sentences out that only docs are made of: what a function, an option or a connector is for. Nothing that runs
 * reads them, and prose is what gzip makes least of.
 */
import { parseSync, type Plugin } from 'vite';

/** The tables of functions, options of SET, and options of connectors and formats. */
const TABLES =
  /[\\/]engine[\\/](connectors[\\/].*|table[\\/](functions[\\/]|catalog[\\/]config-options).*)\.ts$/;

/** For a bundle in which every byte counts. */
export function withoutDocsTexts(): Plugin {
  return {
    name: 'millrace:without-docs-texts',
    enforce: 'pre',
    transform: {
      filter: { id: TABLES },
      handler(code, id) {
        // From the end, so that places before it stay what they are.
        for (const { start, end } of docsTexts(id, code).reverse()) {
          code = `${code.slice(0, start)}''${code.slice(end)}`;
        }
        return { code, map: null };
      },
    },
  };
}

export interface DocsText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Sentences in the places of descriptions: `description: '…'` and `summary: '…'`, an argument behind a name
 * (`scalar('LOWER', 'In lower case.', …)`), and the end of a row that begins with a name (`['JSON_QUOTE', 'As JSON.']`).
 */
export function docsTexts(file: string, code: string): DocsText[] {
  const found: DocsText[] = [];
  const add = (node: unknown): void => {
    if (isNode(node) && isText(node) && /^\S+ .*\.$/s.test(node.value)) {
      found.push({ text: node.value, start: node.start, end: node.end });
    }
  };
  const visit = (node: Node): void => {
    const { type, key, value, callee, arguments: operands, elements } = node;
    if (type === 'Property' && /^(description|summary)$/.test(nameOf(key))) add(value);
    if (type === 'CallExpression' && nameOf(callee) !== '' && isText(operands?.[0]))
      operands?.slice(1).forEach(add);
    if (type === 'ArrayExpression' && isText(elements?.[0])) elements?.slice(1).slice(-1).forEach(add);
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  };
  visit(parseSync(file, code).program);
  return found.sort((a, b) => a.start - b.start);
}

/** What of the syntax tree is looked at. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly name?: unknown;
  readonly callee?: unknown;
  readonly arguments?: readonly unknown[];
  readonly elements?: readonly unknown[];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isText(node: unknown): node is Node & { readonly value: string } {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string';
}

function nameOf(node: unknown): string {
  return isNode(node) && node.type === 'Identifier' && typeof node.name === 'string' ? node.name : '';
}
