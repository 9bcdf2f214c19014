/** Numbers, sizes and times as a visitor reads them; the locale is that of the page. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString();
}

export function formatRate(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M/s`;
  if (perSecond >= 1e4) return `${(perSecond / 1e3).toFixed(0)} k/s`;
  return `${Math.round(perSecond)} /s`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1048576) return `${(bytes / 1048576).toFixed(1)} MiB`;
  if (bytes >= 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${bytes} B`;
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** An event time, in UTC: rows show the same. */
export function formatEventTime(ms: number | null): string {
  if (ms === null) return '—';
  if (ms >= 8_640_000_000_000_000) return '+∞';
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** When something happened here, on the visitor's clock. */
export function formatClock(ms: number): string {
  return new Date(ms).toLocaleTimeString();
}

/** Thousandths of a second in a second as a percentage. */
export function formatShare(msPerSecond: number): string {
  return `${Math.round(msPerSecond / 10)} %`;
}
