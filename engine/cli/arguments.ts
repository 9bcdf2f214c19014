import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run';
      /** `-` is standard input. */
      readonly file: string;
      readonly explain: boolean;
      readonly parallelism: number | undefined;
      readonly checkpointDir: string | undefined;
      /** JavaScript modules whose functions the script may call. */
      readonly modules: readonly string[];
      readonly catalogDir: string | undefined;
      readonly options: Readonly<Record<string, string>>;
    };

export const USAGE = `Usage: millrace run FILE.sql [options]

Runs the statements of a Flink SQL script and prints what they give. FILE.sql may be - for standard input.

  --parallelism N       subtasks of each operator (parallelism.default)
  --checkpoint-dir DIR  keep checkpoints there; Ctrl+C stops with a savepoint, and the same command goes on
  --catalog-dir DIR     keep catalogs there: CREATE CATALOG c WITH ('type' = 'persistent')
  --module FILE.js      register the functions that a JavaScript module exports, by their names; may be repeated
  --explain             print Flink's plans instead of running
  -D KEY=VALUE          any option, as SET 'KEY' = 'VALUE'
  --help, --version

Exit status: 0 done, 1 a statement or job failed, 2 wrong usage.`;

/** Throws an Error with a sentence for the user. */
export function parseCommand(words: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      parallelism: { type: 'string' },
      'checkpoint-dir': { type: 'string' },
      'catalog-dir': { type: 'string' },
      module: { type: 'string', multiple: true, default: [] },
      explain: { type: 'boolean', default: false },
      define: { type: 'string', short: 'D', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  if (values.version) return { kind: 'version' };
  if (values.help || positionals.length === 0) return { kind: 'help' };
  const [command, file, ...rest] = positionals;
  if (command !== 'run') throw new Error(`Unknown command '${command}'; there is 'run'.`);
  if (!file || rest.length > 0) throw new Error(`'run' takes one file, got ${positionals.length - 1}.`);
  return {
    kind: 'run',
    file,
    explain: values.explain,
    parallelism: values.parallelism === undefined ? undefined : positive('--parallelism', values.parallelism),
    checkpointDir: values['checkpoint-dir'],
    modules: values.module,
    catalogDir: values['catalog-dir'],
    options: Object.fromEntries(values.define.map(pair)),
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} takes a positive number, got '${text}'.`);
  return value;
}

function pair(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`-D takes KEY=VALUE, got '${text}'.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
