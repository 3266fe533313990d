/**
 * Directives of Redis that januskv knows and has no effect for: the value that describes how januskv
 * behaves is accepted, so that a stock redis.conf starts it; any other is refused rather than ignored.
 */
import type { Directive } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

/** The directive, restricted to its initial value. */
export function unsupported<T>(directive: Directive<T>): Directive<T> {
  const only = directive.format(directive.initial);
  return {
    ...directive,
    parse: (args, before, isRepeated) => {
      const value = directive.parse(args, before, isRepeated);
      if (directive.format(value) !== only) {
        throw new ConfigMistake(
          only === ''
            ? 'not supported by januskv'
            : `not supported by januskv, which behaves as with '${only}'`,
        );
      }
      return value;
    },
  };
}

/** As `unsupported`, each of a family. */
export function allUnsupported<F extends Record<string, Directive<unknown>>>(family: F): F {
  return Object.fromEntries(
    Object.entries(family).map(([name, directive]) => [name, unsupported(directive)]),
  ) as F;
}
