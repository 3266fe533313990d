/**
 * Directives of Redis that januskv knows and has no effect for: the value that describes how januskv
 * behaves is accepted, so that a stock redis.conf starts it; any other is refused rather than ignored.
 */
import type { Directive } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

/** The directive, restricted to its initial value. @param reason why others are refused, where Redis has one */
export function unsupported<T>(directive: Directive<T>, reason?: string): Directive<T> {
  const only = directive.format(directive.initial);
  return {
    ...directive,
    parse: (args, before, isRepeated) => {
      const value = directive.parse(args, before, isRepeated);
      if (directive.format(value) !== only) {
        const ours = only === '' ? '' : `, which behaves as with '${only}'`;
        throw new ConfigMistake(reason ?? `not supported by januskv${ours}`);
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
