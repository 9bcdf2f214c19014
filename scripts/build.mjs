// `npm run build`: the app, the npm package, the single file with its editor, the command line program, the types.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

// It beats the mode: under 'test' vite would build Lit's development version.
process.env.NODE_ENV = 'production';

for (const mode of ['production', 'lib', 'single', 'editor', 'cli']) await build({ mode, logLevel: 'warn' });
chmodSync('dist/cli/millrace.js', 0o755);

rmSync('dist/types', { recursive: true, force: true });
const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(1);
mkdirSync('dist/types/wasm/build', { recursive: true });
cpSync('wasm/build/millrace.d.ts', 'dist/types/wasm/build/millrace.d.ts');

// tsc leaves the sources' .ts endings in declarations, which name files that a package does not have.
for (const entry of readdirSync('dist/types', { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
}
console.log(`[build] ${readdirSync('dist').join(', ')} in dist/`);
