import type { UserFunctionDefinition } from '../expressions/user-function.ts';
import { flawOf } from '../expressions/user-function.ts';
import { signatureOf } from '../table/catalog/user-function-signature.ts';
import type { FunctionDescription, UserFunctions } from '../table/catalog/user-functions.ts';
import { ValidationException } from '../types/errors.ts';

/** Where a function's code is: `'module#export'`, a module with an export, source text of one, or the definition itself. */
export type FunctionSource =
  | string
  | { readonly module: string | URL; readonly exportName?: string }
  | { readonly source: string; readonly exportName?: string }
  | UserFunctionDefinition;

type Exports = Readonly<Record<string, unknown>>;

/**
 * The JavaScript modules of a session: what `CREATE FUNCTION ... AS 'module#export'` names, found, and read for what its functions take and
 * give. The page imports a module for that alone; rows are computed by workers, which import it again from the same URL.
 *
 * Source text becomes a `data:` URL: it goes with the job into its checkpoints, so that the job can be restored where nobody has the text.
 */
export class UserModules {
  readonly #moduleUrl: (module: string) => string;
  readonly #importModule: (url: string) => Promise<Exports>;
  /** URLs of modules whose source text the session was given, by name. */
  readonly #inline = new Map<string, string>();
  readonly #imports = new Map<string, Promise<void>>();
  readonly #known = new Map<string, Exports | Error>();
  /** For which URL a function was described. */
  readonly #described = new Map<string, string>();

  constructor(
    options: {
      readonly moduleUrl?: (module: string) => string;
      readonly modules?: Readonly<Record<string, string>>;
    },
    importModule: (url: string) => Promise<Exports> = (url) =>
      import(/* @vite-ignore */ url) as Promise<Exports>,
  ) {
    this.#moduleUrl = options.moduleUrl ?? absoluteUrl;
    this.#importModule = importModule;
    for (const [name, source] of Object.entries(options.modules ?? {})) this.register(name, source);
  }

  /** Gives source text a name for `'name#export'`. */
  register(name: string, source: string): void {
    this.#inline.set(name, dataUrl(source));
  }

  /** What workers import. */
  urlOf(module: string): string {
    const inline = this.#inline.get(module);
    if (inline !== undefined) return inline;
    return /^(?:data|blob|https?|file):/.test(module) ? module : this.#moduleUrl(module);
  }

  /** `'module#export'` of a function however it was given. */
  classNameOf(source: FunctionSource): string {
    if (typeof source === 'string') return source;
    if ('module' in source) return `${String(source.module)}#${source.exportName ?? 'default'}`;
    if ('source' in source) return `${dataUrl(source.source)}#${source.exportName ?? 'default'}`;
    return `${dataUrl(`export default ${definitionText(source)};\n`)}#default`;
  }

  /** Reads the modules of all functions that are not described yet. A module that cannot be read is a problem of whoever calls its function. */
  async describe(functions: UserFunctions): Promise<void> {
    const pending = this.#undescribed(functions).map(({ module }) => this.#load(module));
    if (pending.length === 0) return;
    await Promise.all(pending);
    this.describeKnown(functions);
  }

  /** The same with what was read before, for whoever cannot wait; begins to read the others. */
  describeKnown(functions: UserFunctions): void {
    for (const { className, module, exportName } of this.#undescribed(functions)) {
      const url = this.urlOf(module);
      const exports = this.#known.get(url);
      if (!exports) {
        void this.#load(module);
        continue;
      }
      functions.describe(className, descriptionOf(exports, exportName));
      this.#described.set(className, url);
    }
  }

  /** Reads modules by the names that scripts give them. */
  async load(modules: readonly string[]): Promise<void> {
    await Promise.all(modules.map((module) => this.#load(module)));
  }

  /** Names of the functions that a module exports. Throws where it cannot be imported, or exports none. */
  async exportsOf(module: string): Promise<string[]> {
    await this.#load(module);
    const exports = this.#known.get(this.urlOf(module));
    if (!exports || exports instanceof Error)
      throw new ValidationException(`Module '${module}' cannot be imported: ${exports?.message ?? ''}`);
    const names = Object.keys(exports).filter((name) => flawOf(exports[name]) === undefined);
    if (names.length === 0) {
      const flaws = Object.keys(exports).map((name) => `'${name}': ${flawOf(exports[name])}`);
      throw new ValidationException(`Module '${module}' exports no function. ${flaws.join('; ')}`);
    }
    return names;
  }

  #undescribed(functions: UserFunctions) {
    return functions.all().flatMap(({ className, language }) => {
      if (language !== 'JAVASCRIPT') return [];
      const [module = '', exportName = 'default'] = className.split('#');
      const isCurrent =
        functions.isDescribed(className) && this.#described.get(className) === this.urlOf(module);
      return isCurrent ? [] : [{ className, module, exportName }];
    });
  }

  #load(module: string): Promise<void> {
    const url = this.urlOf(module);
    let loading = this.#imports.get(url);
    if (!loading) this.#imports.set(url, (loading = this.#read(module, url)));
    return loading;
  }

  async #read(module: string, url: string): Promise<void> {
    try {
      if (!url.startsWith('blob:')) {
        this.#known.set(url, await this.#importModule(url));
        return;
      }
      // A Blob's URL ends with its page; its text goes with the job.
      const inline = dataUrl(await (await fetch(url)).text());
      this.#known.set(inline, await this.#importModule(inline));
      this.#inline.set(module, inline);
    } catch (error) {
      this.#known.set(url, error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function descriptionOf(exports: Exports | Error, exportName: string): FunctionDescription {
  if (exports instanceof Error) return { problem: `its module cannot be imported (${exports.message})` };
  if (!(exportName in exports)) {
    const names = Object.keys(exports).join(', ');
    return { problem: `its module exports no '${exportName}'${names && ` (but ${names})`}` };
  }
  try {
    return { signature: signatureOf(exports[exportName]) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function absoluteUrl(module: string): string {
  const base = (globalThis as { location?: { href?: string } }).location?.href;
  return base !== undefined && URL.canParse(module, base) ? new URL(module, base).href : module;
}

function dataUrl(source: string): string {
  const bytes = new TextEncoder().encode(source);
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return `data:text/javascript;base64,${btoa(text)}`;
}

/** The source text of a definition. Its functions run elsewhere, so they may use nothing but what stands in them. */
function definitionText(definition: UserFunctionDefinition): string {
  const flaw = flawOf(definition);
  if (flaw !== undefined)
    throw new ValidationException(`This is no function that can be registered: ${flaw}.`);
  const members = Object.entries(definition).map(([name, value]: [string, unknown]) =>
    typeof value === 'function'
      ? functionText(name, value)
      : `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n${members.join(',\n')}\n}`;
}

/** Written as a member of an object: `eval(x) { ... }` as it is, `(x) => ...` and `function (x) { ... }` behind a name. */
function functionText(name: string, code: unknown): string {
  const text = String(code);
  if (text.endsWith('{ [native code] }')) {
    throw new ValidationException(
      `'${name}' is bound or built in: its text is not known, so it cannot be sent to workers. Write a function, or give a module.`,
    );
  }
  const isValue = /^(?:async\s+)?(?:function\b|\(|[\w$]+\s*=>)/.test(text);
  return isValue ? `${JSON.stringify(name)}: ${text}` : text;
}
