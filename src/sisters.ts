/** The servers beside the key-value one, by the command line's first word. */
const NAMES = ['echo', 'proxy', 'reverse'] as const;

export type Sister = (typeof NAMES)[number];

export function isSister(word: string | undefined): word is Sister {
  return NAMES.some((name) => name === word);
}
