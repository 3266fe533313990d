/** Directives that are `yes` or `no`. */
import { type Directive, singleValue, type Traits } from '../directive.js';
import { ConfigMistake } from '../mistake.js';

export function yesNo(initial: boolean, traits: Traits = {}): Directive<boolean> {
  return singleValue(initial, traits, parseYesNo, (value) => (value ? 'yes' : 'no'));
}

function parseYesNo(text: string): boolean {
  const folded = text.toLowerCase();
  if (folded === 'yes') return true;
  if (folded === 'no') return false;
  throw new ConfigMistake("argument must be 'yes' or 'no'");
}
