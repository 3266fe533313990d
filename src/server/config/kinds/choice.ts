/** Directives that are one of a few words, or several of them. */
import { type Directive, MULTIPLE, singleValue, type Traits } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

/** One of `words`, without regard to case. */
export function choice<const W extends string>(
  initial: NoInfer<W>,
  words: readonly W[],
  traits: Traits = {},
): Directive<W> {
  return singleValue<W>(
    initial,
    traits,
    (text) => find(text, words),
    (value) => value,
  );
}

/**
 * Any of `words`, each at most once, in their order; the first stands for none.
 * @param refuse why some don't go together, or null
 */
export function choices<const W extends string>(
  words: readonly W[],
  traits: Traits = {},
  refuse: (chosen: readonly W[]) => string | null = () => null,
): Directive<readonly W[]> {
  const format = (value: readonly W[]): string => (value.length === 0 ? words[0] : value.join(' '));
  return {
    flags: (traits.flags ?? 0) | MULTIPLE,
    aliases: traits.aliases ?? [],
    initial: [],
    parse: (args) => {
      if (args.length === 0) throw mustBeOneOf(words);
      const given = new Set(args.map((text) => find(text, words)));
      const chosen = words.filter((word, index) => index > 0 && given.has(word));
      const reason = refuse(chosen);
      if (reason !== null) throw new ConfigMistake(reason);
      return chosen;
    },
    format,
    lines: (value) => [format(value)],
  };
}

function find<W extends string>(text: string, words: readonly W[]): W {
  const folded = text.toLowerCase();
  const found = words.find((word) => word === folded);
  if (found === undefined) throw mustBeOneOf(words);
  return found;
}

function mustBeOneOf(words: readonly string[]): ConfigMistake {
  return new ConfigMistake(`argument(s) must be one of the following: ${words.join(', ')}`);
}
