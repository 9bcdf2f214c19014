// Which browser the tests run in. Node's own modules only: scripts/setup.mjs asks before anything is installed.
import { existsSync } from 'node:fs';

/** What keeps a test's Chromium quiet, and lets it start as root. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * CHROME_PATH, then where Debian, Ubuntu and macOS install it. Undefined leaves the choice to Playwright's download.
 *
 * @returns {string | undefined}
 */
export function chromiumPath() {
  return [process.env.CHROME_PATH, ...PLACES].find((place) => place && existsSync(place));
}
