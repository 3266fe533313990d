/** Bytes as people read them, in quotes. */

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** In quotes, what isn't printable ASCII escaped. @param text a character each byte */
export function quoted(text: string): string {
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (char) => ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}
