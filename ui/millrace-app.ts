import { localized, msg } from '@lit/localize';
import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ConsoleElement } from './components/mr-console.ts';
import './components/mr-console.ts';
import { JobSession } from './controllers/job-session.ts';
import { EXAMPLES } from './examples/examples.ts';
import { tableForFile } from './file-table.ts';
import { getLocale, type Locale, LOCALES, preferredLocale, setLocale } from './localization.ts';
import { host } from '../engine/runtime/host-browser.ts';
import { controls, theme } from './theme.ts';

const SCRIPT_KEY = 'millrace.script';
const LOCALE_KEY = 'millrace.locale';
const THEME_KEY = 'millrace.theme';
const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-cn': '简体中文' };

/** The page: a console, a menu of examples, and what a visitor may choose once and for all. */
@localized()
@customElement('millrace-app')
export class MillraceAppElement extends LitElement {
  static override styles = [
    theme,
    controls,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 100dvh;
        height: 100dvh;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
        padding: 8px 12px;
        border-bottom: 1px solid var(--mr-border);
        background: var(--mr-surface);
      }
      h1 {
        margin: 0;
        font-size: 17px;
      }
      p {
        margin: 0;
      }
      .spacer {
        flex: 1;
      }
      label {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      label.examples {
        width: 21em;
        max-width: 100%;
      }
      label.examples select {
        flex: 1;
      }
      select {
        min-width: 0;
        max-width: min(100%, 17em);
      }
      mr-console.dropping {
        outline: 3px dashed var(--mr-color-accent);
        outline-offset: -6px;
      }
      main {
        min-height: 0;
      }
      mr-console {
        height: 100%;
      }
      @media (max-width: 760px) {
        :host {
          height: auto;
        }
        header p {
          display: none;
        }
      }
    `,
  ];

  readonly session = new JobSession({ host, storeName: 'millrace', keepsCatalogs: true });
  @property({ reflect: true }) theme = localStorage.getItem(THEME_KEY) ?? 'auto';
  @state() private isDropping = false;
  @state() private notice = '';
  @query('mr-console') private console!: ConsoleElement;
  @query('input[type=file]') private fileInput!: HTMLInputElement;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#speak(preferredLocale(localStorage.getItem(LOCALE_KEY)));
  }

  override firstUpdated(): void {
    void this.#begin();
  }

  override render() {
    return html`
      <header>
        <h1>Millrace</h1>
        <p class="faint">
          ${msg("Apache Flink's model of stream processing, whole, in this tab.", { id: 'tagline' })}
        </p>
        <span class="spacer"></span>
        <label class="examples">
          ${msg('Example', { id: 'example' })}
          <select @change=${(event: Event) => this.#open(event.target as HTMLSelectElement)}>
            <option value="">${msg('Choose…', { id: 'choose' })}</option>
            ${EXAMPLES.map(({ id, title }) => html`<option value=${id}>${title[getLocale() as Locale]}</option>`)}
          </select>
        </label>
        <button @click=${() => this.fileInput.click()}>${msg('Your own file…', { id: 'own-file' })}</button>
        <input
          type="file"
          hidden
          accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson"
          aria-label=${msg('Your own file…', { id: 'own-file' })}
          @change=${() => this.#take(this.fileInput.files?.[0])}
        />
        <label>
          <span class="hidden">${msg('Language', { id: 'language' })}</span>
          <select
            aria-label=${msg('Language', { id: 'language' })}
            @change=${(event: Event) => this.#speak((event.target as HTMLSelectElement).value as Locale)}
          >
            ${LOCALES.map((locale) => html`<option value=${locale} lang=${locale} ?selected=${locale === getLocale()}>${LOCALE_NAMES[locale]}</option>`)}
          </select>
        </label>
        <label>
          <span class="hidden">${msg('Colours', { id: 'colours' })}</span>
          <select
            aria-label=${msg('Colours', { id: 'colours' })}
            @change=${(event: Event) => this.#paint((event.target as HTMLSelectElement).value)}
          >
            <option value="auto" ?selected=${this.theme === 'auto'}>
              ${msg('As the system', { id: 'theme-auto' })}
            </option>
            <option value="light" ?selected=${this.theme === 'light'}>
              ${msg('Light', { id: 'theme-light' })}
            </option>
            <option value="dark" ?selected=${this.theme === 'dark'}>
              ${msg('Dark', { id: 'theme-dark' })}
            </option>
          </select>
        </label>
        <p role="status" ?hidden=${!this.notice}>${this.notice}</p>
      </header>
      <main>
        <mr-console
          class=${this.isDropping ? 'dropping' : ''}
          .session=${this.session}
          .script=${localStorage.getItem(SCRIPT_KEY) ?? EXAMPLES[0]!.script[preferredLocale(localStorage.getItem(LOCALE_KEY))]}
          @text-change=${() => localStorage.setItem(SCRIPT_KEY, this.console.text)}
          @dragover=${(event: DragEvent) => this.#over(event)}
          @dragleave=${() => (this.isDropping = false)}
          @drop=${(event: DragEvent) => this.#drop(event)}
        ></mr-console>
      </main>
    `;
  }

  /** Workers start while the visitor reads; a job that was running when the page went away goes on. */
  async #begin(): Promise<void> {
    if (await this.session.recover()) {
      this.notice = msg('The job that was running goes on from its last checkpoint.', { id: 'recovered' });
    }
  }

  #open(menu: HTMLSelectElement): void {
    const example = EXAMPLES.find(({ id }) => id === menu.value);
    menu.value = '';
    if (!example) return;
    const script = example.script[getLocale() as Locale];
    this.console.text = script;
    localStorage.setItem(SCRIPT_KEY, script);
    void this.console.run();
  }

  async #speak(locale: Locale): Promise<void> {
    localStorage.setItem(LOCALE_KEY, locale);
    await setLocale(locale);
    document.documentElement.lang = locale === 'zh-cn' ? 'zh-CN' : 'en';
  }

  #paint(theme: string): void {
    this.theme = theme;
    localStorage.setItem(THEME_KEY, theme);
  }

  #over(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.isDropping = true;
  }

  #drop(event: DragEvent): void {
    this.isDropping = false;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void this.#take(file);
  }

  /** A dropped or chosen file becomes a table, and a script that shows it. */
  async #take(file: File | undefined): Promise<void> {
    if (!file) return;
    try {
      const cluster = await this.session.warmUp();
      const { script: sql, content } = await tableForFile(file);
      const note = msg('The columns were guessed from the beginning of the file; change what is wrong.', {
        id: 'columns-guessed',
      });
      const script = `-- ${note}\n${sql}`;
      await cluster.registerFile(file.name, content);
      this.console.text = script;
      localStorage.setItem(SCRIPT_KEY, script);
      await this.console.run();
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
    }
  }
}
