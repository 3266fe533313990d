/**
 * Requests made from a command's own declaration: the shortest there is, and one for each optional argument. They
 * show whether a declaration is true, and let tests cover commands that nobody listed.
 */
import type { Argument } from '../../src/commands/arguments.js';
import type { CommandDeclaration } from '../../src/commands/define.js';

/** What an argument of this name has to be for its request to make sense. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ['numkeys', '1'],
  ['cursor', '0'],
  ['bit', '1'],
  ['encoding', 'u8'],
  ['id', '1-1'],
  ['last-id', '5-5'],
  ['lastid', '5-5'],
  ['max-deleted-id', '1-1'],
  ['min-idle-time', '0'],
  ['start', '0'],
  ['end', '1'],
  ['stop', '1'],
  ['min', '0'],
  ['max', '1'],
  ['timeout', '1'],
  ['longitude', '13.4'],
  ['latitude', '52.5'],
  ['db', '1'],
  ['destination-db', '1'],
]);

const BY_TYPE: ReadonlyMap<string, string> = new Map([
  ['integer', '1'],
  ['double', '1'],
  ['pattern', '*'],
  ['unix-time', '4102444800'],
  ['string', 'x'],
]);

export interface Sample {
  /** `SET + GET`: the command, and the optional argument that was taken in. */
  readonly title: string;
  /** With the command's name. */
  readonly words: readonly string[];
}

/** Keys are called key:1, key:2 …, in the order in which they stand. */
class Writer {
  #keys = 0;

  constructor(readonly overrides: Readonly<Record<string, string>>) {}

  words(args: readonly Argument[]): string[] {
    return args.flatMap((argument) => (argument.isOptional ? [] : this.#argument(argument)));
  }

  #argument(argument: Argument): string[] {
    const { type, token, members = [] } = argument;
    if (type === 'pure-token') return [token ?? ''];
    const before = token === undefined ? [] : [token];
    if (type === 'block') return [...before, ...this.words(members)];
    if (type === 'oneof') return [...before, ...this.#argument(members[0])];
    return [...before, this.#value(argument)];
  }

  #value({ name, type }: Argument): string {
    if (type === 'key') return `key:${++this.#keys}`;
    return this.overrides[name] ?? BY_NAME.get(name) ?? BY_TYPE.get(type) ?? 'x';
  }
}

/**
 * @param name in full: `get`, `config|get`
 * @param overrides values of arguments by name, where the usual ones don't do
 */
export function samplesOf(
  name: string,
  declaration: CommandDeclaration,
  overrides: Readonly<Record<string, string>> = {},
): Sample[] {
  const command = name.toUpperCase().split('|');
  const { args } = declaration;
  const sample = (title: string, chosen: readonly Argument[]): Sample => ({
    title: [...command, title].join(' ').trim(),
    words: [...command, ...new Writer(overrides).words(chosen)],
  });
  const longer = args.flatMap((argument, index) =>
    waysToTake(argument).map((taken) => sample(`with ${labelOf(taken)}`, args.with(index, taken))),
  );
  return [sample('', args), ...longer];
}

/** An optional argument as one that has to be there; each member of a choice by itself. */
function waysToTake(argument: Argument): Argument[] {
  if (!argument.isOptional) return [];
  const { isOptional: _, ...taken } = argument;
  if (argument.type !== 'oneof') return [taken];
  return (argument.members ?? []).map((member) => ({ ...taken, members: [member] }));
}

function labelOf(argument: Argument): string {
  const inner = argument.type === 'oneof' ? (argument.members?.[0] ?? argument) : argument;
  return inner.token ?? inner.name;
}
