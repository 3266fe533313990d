/** Directives that are any text. */
import { type Directive, quotedLine, singleValue, type Traits } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

interface TextTraits extends Traits {
  /** CONFIG REWRITE writes `""` where there is none. */
  readonly isWrittenEmpty?: boolean;
}

/** @param refuse why a text is not accepted, or null */
export function text(
  initial: string,
  traits: TextTraits = {},
  refuse: (value: string) => string | null = () => null,
): Directive<string> {
  return {
    ...singleValue(
      initial,
      traits,
      (value) => {
        const reason = refuse(value);
        if (reason !== null) throw new ConfigMistake(reason);
        return value;
      },
      (value) => value,
    ),
    lines: (value) => (value === '' && traits.isWrittenEmpty !== true ? [] : quotedLine([value])),
  };
}
