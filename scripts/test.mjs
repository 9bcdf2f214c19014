// `npm test`: the checks and the tests of all three projects, and a closing line that counts them together:
// "N passed, N failed". A check counts as one test.
import { spawn } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { buildWasm } from './build-wasm.mjs';

const ATTW = ['--profile', 'esm-only', '--format', 'ascii'];
const count = { passed: 0, failed: 0 };

await check('kernels', () => buildWasm(['debug', 'release']));
// Two at a time, the slow ones first: a CI machine has two cores, and the tests after them want both.
await inTwos([
  ['types of the page, the tests and the scripts', 'typescript/bin/tsc'],
  ['lint', 'eslint/bin/eslint.js', '.'],
  ['types of the engine, without the DOM', 'typescript/bin/tsc', '-p', 'engine'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
]);
await checkPackage();
await runTests();

console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);

/**
 * @param {string} name
 * @param {() => Promise<unknown>} run rejects when the check fails; the message is shown
 * @returns {Promise<boolean>} did it pass?
 */
async function check(name, run) {
  const began = Date.now();
  const problem = await run().then(
    () => undefined,
    (/** @type {Error} */ error) => error.message.trim(),
  );
  count[problem === undefined ? 'passed' : 'failed']++;
  console.log(
    `${problem === undefined ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (problem) console.log(problem);
  return problem === undefined;
}

/** @param {[name: string, program: string, ...args: string[]][]} checks programs of installed packages */
async function inTwos(checks) {
  const left = checks.values();
  const work = async () => {
    for (const [name, program, ...args] of left)
      await check(name, () => node(`node_modules/${program}`, args));
  };
  await Promise.all([work(), work()]);
}

/** Builds all that is published and looks at it as those who install it will. The end-to-end tests take it from dist/. */
async function checkPackage() {
  if (!(await check('build', () => node('scripts/build.mjs')))) return;
  process.env.MILLRACE_BUILT = '1';
  await inTwos([
    [
      'package: types as consumers resolve them',
      '@arethetypeswrong/cli/dist/index.js',
      '--pack',
      '.',
      ...ATTW,
    ],
    ['package: publint', 'publint/src/cli.js'],
    ['package: size of the single file', 'size-limit/bin.js'],
  ]);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function node(program, args = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const listen = (/** @type {Buffer} */ data) => void (said += data.toString());
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(said || `exit status ${status}`)),
    );
  });
}

async function runTests() {
  const vitest = await startVitest('test', [], { run: true, watch: false }).catch((error) => {
    console.error(error);
  });
  if (!vitest) {
    count.failed++;
    return;
  }
  for (const file of vitest.state.getTestModules()) {
    const results = [...file.children.allTests()].map((test) => test.result().state);
    count.passed += results.filter((state) => state === 'passed').length;
    count.failed += results.filter((state) => state === 'failed').length;
    if (file.state() === 'failed' && !results.includes('failed')) count.failed++; // it did not even load
  }
  count.failed += vitest.state.getUnhandledErrors().length;
  await vitest.close();
}
