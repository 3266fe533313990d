/** Numbers for people: three significant digits, the unit said, thousands apart. */

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** @param us microseconds @returns them, milliseconds or seconds, whichever makes a number of one to three digits */
export function formatTime(us: number): string {
  const ms = us / 1000;
  if (ms < 1) return `${significant(us)} µs`;
  return ms >= 1000 ? `${significant(ms / 1000)} s` : `${significant(ms)} ms`;
}

export function formatMb(bytes: number): string {
  return `${significant(bytes / 1e6)} MB`;
}

export function formatKb(bytes: number): string {
  return `${significant(bytes / 1e3)} kB`;
}

/** A span for people: `40 s`, `3 min`, `1.5 h`. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${significant(seconds / 3600)} h`;
}

/** Three significant digits without an exponent. */
export function significant(value: number): string {
  if (value === 0) return '0';
  // Rounded before its digits are counted: 99.96 is 100.
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  return magnitude >= 2 ? formatCount(value) : rounded.toFixed(Math.min(4, 2 - magnitude));
}
