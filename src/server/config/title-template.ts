/**
 * The little language of `proc-title-template`: `{name}` is a variable, `{{` is a brace, and all else stands for
 * itself, a closing brace as well.
 */

export type TitleVariable =
  | 'title'
  | 'listen-addr'
  | 'server-mode'
  | 'port'
  | 'tls-port'
  | 'unixsocket'
  | 'config-file';

export type TitleValues = Readonly<Record<TitleVariable, string>>;

/** What the variables have at least, when nobody knows the process yet. */
export const EMPTIEST_TITLE: TitleValues = {
  title: '',
  'listen-addr': '-',
  'server-mode': '',
  port: '0',
  'tls-port': '0',
  unixsocket: '-',
  'config-file': '-',
};

/** @returns null for a variable that there isn't, or a brace that isn't closed */
export function expandTitle(template: string, values: TitleValues): string | null {
  let isValid = true;
  const title = template.replace(/\{\{|\{([^}]*)\}?/g, (whole, given: string | undefined) => {
    if (given === undefined) return '{';
    if (whole.endsWith('}') && Object.hasOwn(values, given)) return values[given as TitleVariable];
    isValid = false;
    return '';
  });
  return isValid ? title.replace(/^ +| +$/g, '') : null;
}
