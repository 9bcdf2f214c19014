import { localized } from '@lit/localize';
import { css, html, LitElement } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { ConsoleElement } from './components/mr-console.ts';
import './components/mr-console.ts';
import { JobSession } from './controllers/job-session.ts';
import { preferredLocale, setLocale } from './localization.ts';
import { host } from '../engine/runtime/host-browser.ts';
import { theme } from './theme.ts';

let labs = 0;

/**
 * A live job inside anybody's page:
 *
 *     <millrace-lab><script type="text/sql">SELECT ...</script></millrace-lab>
 *
 * Modules of functions that the script registers stand beside it: `<script type="text/millrace-module" data-name="mine">` for `AS 'mine#f'`.
 *
 * The script runs as soon as the element is on the page, unless `autorun="false"`. Several labs on one page are apart: each has its own workers,
 * jobs and storage, which its `id` (or its place on the page) names, so that a reload finds the job again.
 * The colours are custom properties (`--mr-…`), the height is the element's.
 */
@localized()
export class MillraceLabElement extends LitElement {
  static override styles = [
    theme,
    css`
      :host {
        display: block;
        height: 560px;
        border: 1px solid var(--mr-border);
        border-radius: 8px;
        overflow: auto;
      }
      mr-console {
        height: 100%;
      }
    `,
  ];

  @property() autorun = 'true';
  /** `auto`, `light` or `dark`. */
  @property({ reflect: true }) theme = 'auto';
  @query('mr-console') private console!: ConsoleElement;
  readonly #place = labs++;
  #session: JobSession | undefined;

  /** The lab's session: its environment, jobs and results. */
  get session(): JobSession {
    const name = this.id || String(this.#place);
    this.#session ??= new JobSession({
      host,
      storeName: `millrace-lab:${location.pathname}#${name}`,
      modules: this.#givenModules(),
    });
    return this.#session;
  }

  get script(): string {
    return this.console.text;
  }

  set script(text: string) {
    this.console.text = text;
  }

  /** Stops what runs and runs the script. */
  run(): Promise<void> {
    return this.console.run();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const language = this.closest('[lang]')?.getAttribute('lang') ?? null;
    const locale =
      language === null ? preferredLocale(null) : language.toLowerCase().startsWith('zh') ? 'zh-cn' : 'en';
    void setLocale(locale);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#session?.close();
    this.#session = undefined;
  }

  override firstUpdated(): void {
    void this.#begin();
  }

  override render() {
    return html`<mr-console .session=${this.session} .script=${this.#givenScript()}></mr-console>`;
  }

  async #begin(): Promise<void> {
    const isRecovered = await this.session.recover();
    const isHindered = this.#session?.errors.length !== 0; // no workers here, or gone from the page meanwhile
    if (!isRecovered && !isHindered && this.autorun !== 'false') await this.run();
  }

  /** Texts of `<script type="text/millrace-module" data-name="mine">`, by these names. */
  #givenModules(): Record<string, string> {
    const scripts = this.querySelectorAll<HTMLScriptElement>('script[type="text/millrace-module"]');
    return Object.fromEntries(
      Array.from(scripts, ({ dataset, textContent }) => [dataset.name ?? 'module', textContent]),
    );
  }

  /** The text of `<script type="text/sql">`, less the indentation that all its lines share. */
  #givenScript(): string {
    const text = this.querySelector('script[type="text/sql"]')?.textContent ?? '';
    const lines = text.replace(/^\s*\n|\s+$/g, '').split('\n');
    const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
    const indent = Math.min(...indents, Infinity);
    return lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
  }
}
