// Runs before `npm start` and `npm test`: all that a machine with Node alone lacks. Node's own modules only, as nothing
// is installed yet. `--browser` also sees to a Chromium, for tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from './find-chromium.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** @param {string} text */
const say = (text) => console.log(`[setup] ${text}`);
/** @param {string} text */
function giveUp(text) {
  console.error(`[setup] ${text}`);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  giveUp(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
}
if (!isInstalled() && !run('npm', ['ci', '--no-audit', '--no-fund'])) giveUp('npm ci failed.');
if (process.argv.includes('--browser') && !chromiumPath()) {
  if (!installChromium()) giveUp('No Chromium. Install Chrome or Chromium, or set CHROME_PATH to one.');
  say(`browser: ${chromiumPath() ?? "Playwright's own Chromium"}`);
}

/**
 * Is what npm last installed what the lock file asks for? npm writes the hidden lock when it is done, so an install that
 * was cut short counts as none. Optional packages are those of other platforms, too.
 */
function isInstalled() {
  const hidden = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(
    ([place, { version, optional }]) => {
      const found = installed[place];
      return place === '' || (found ? found.version === version : optional);
    },
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function installChromium() {
  const isRoot = process.getuid?.() === 0;
  const hasApt = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  const mayInstall = hasApt && (isRoot || spawnSync('sudo', ['-n', 'true']).status === 0);
  // Debian's chromium is a real package; Ubuntu's is a snap, so there Playwright's own build is taken.
  const isDebian =
    existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  /** @param {string[]} args */
  const apt = (...args) =>
    isRoot ? run('apt-get', args, env) : run('sudo', ['-n', 'apt-get', ...args], env);
  if (mayInstall && isDebian) {
    if (apt('-qq', 'update') && apt('-qq', 'install', '-y', '--no-install-recommends', 'chromium'))
      return true;
  }
  const playwright = [
    'node_modules/playwright/cli.js',
    'install',
    ...(mayInstall ? ['--with-deps'] : []),
    'chromium',
  ];
  return run(process.execPath, playwright);
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args, env = process.env) {
  say([command, ...args].join(' '));
  const began = Date.now();
  // npm is a .cmd file on Windows, which only a shell starts.
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, env });
  const result = status === 0 ? 'done' : `failed (${status ?? error?.message})`;
  say(`${command}: ${result} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return status === 0;
}
