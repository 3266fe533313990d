/** The bytes of replies, a character each, as the model expects them. */
export type Resp = 2 | 3;

export const OK = '+OK\r\n';
export const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';
export const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';
export const HASH_NOT_AN_INTEGER = '-ERR hash value is not an integer\r\n';

export const integer = (value: number): string => `:${value}\r\n`;
export const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
export const array = (replies: readonly string[]): string => `*${replies.length}\r\n${replies.join('')}`;
export const bulks = (texts: readonly string[]): string => array(texts.map(bulk));
export const push = (resp: Resp, replies: readonly string[]): string =>
  `${resp === 3 ? '>' : '*'}${replies.length}\r\n${replies.join('')}`;
export const nil = (resp: Resp): string => (resp === 3 ? '_\r\n' : '$-1\r\n');
export const nilArray = (resp: Resp): string => (resp === 3 ? '_\r\n' : '*-1\r\n');
export const double = (resp: Resp, value: number): string =>
  resp === 3 ? `,${value}\r\n` : bulk(String(value));
