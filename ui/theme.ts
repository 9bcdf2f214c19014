import { css } from 'lit';

/**
 * Colours and sizes as custom properties, light and dark; a page that embeds an element may set any of them.
 * Every text colour has a contrast of at least 4.5 : 1 on its background. The colours of busy, idle and backpressured
 * are those of Flink's console; wherever one is used, a number says the same.
 */
export const theme = css`
  :host {
    color-scheme: light dark;
    --mr-background: light-dark(#ffffff, #15181d);
    --mr-surface: light-dark(#f5f6f8, #1e2229);
    --mr-border: light-dark(#d3d7de, #3a404b);
    --mr-color: light-dark(#1c2128, #e4e7ec);
    --mr-color-faint: light-dark(#59626f, #a3adbb);
    --mr-color-accent: light-dark(#0b5cad, #6db3f8);
    --mr-color-on-accent: light-dark(#ffffff, #0c1520);
    --mr-color-error: light-dark(#b3261e, #ff9a90);
    --mr-color-insert: light-dark(#17683a, #7fd8a2);
    --mr-color-delete: light-dark(#a32a20, #ffa097);
    --mr-color-idle: #5db1ff;
    --mr-color-busy: #ee6464;
    --mr-color-backpressured: #888888;
    --mr-font:
      system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
    --mr-font-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
    font: 14px/1.45 var(--mr-font);
    color: var(--mr-color);
    background: var(--mr-background);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
`;

/** Buttons, tables and headings that all components share. */
export const controls = css`
  * {
    box-sizing: border-box;
  }
  button,
  select {
    font: inherit;
    min-height: 32px;
    padding: 4px 12px;
    border: 1px solid var(--mr-border);
    border-radius: 6px;
    color: var(--mr-color);
    background: var(--mr-surface);
    cursor: pointer;
  }
  button.primary {
    border-color: var(--mr-color-accent);
    color: var(--mr-color-on-accent);
    background: var(--mr-color-accent);
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--mr-color-accent);
    outline-offset: 1px;
  }
  h2 {
    margin: 0;
    font-size: 14px;
    font-weight: 600;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th,
  td {
    padding: 3px 10px;
    border-bottom: 1px solid var(--mr-border);
    text-align: left;
    white-space: nowrap;
  }
  th {
    font-weight: 600;
    color: var(--mr-color-faint);
    background: var(--mr-surface);
  }
  td.number,
  th.number {
    text-align: right;
  }
  .faint {
    color: var(--mr-color-faint);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
