/**
 * The grammar of a command's arguments, as data: arity, key positions and COMMAND DOCS come from it.
 *
 *     SET key value [NX | XX] [GET] [EX seconds | …]
 *     args: [key('key', RW | ACCESS | UPDATE), string('value'),
 *            optional(oneOf('condition', token('NX'), token('XX'))), optional(token('GET')), …]
 *
 * Source: redis.io/docs/reference/command-arguments.
 */

export type ArgumentType =
  | 'string'
  | 'integer'
  | 'double'
  | 'key'
  | 'pattern'
  | 'unix-time'
  | 'pure-token'
  | 'oneof'
  | 'block';

export interface Argument {
  readonly name: string;
  readonly type: ArgumentType;
  /** The word that stands before the value, or alone for a pure token. */
  readonly token?: string;
  readonly isOptional?: boolean;
  readonly isMultiple?: boolean;
  /** How help shows the value, where the name alone says too little: `ip:port`. */
  readonly displayText?: string;
  /** With isMultiple: the token is repeated before each value. */
  readonly isTokenRepeated?: boolean;
  readonly since?: string;
  readonly deprecatedSince?: string;
  readonly members?: readonly Argument[];
  /** Which key specification finds it, where counting the key arguments doesn't tell. */
  readonly keySpecIndex?: number;
  /** For keys: RO, RW … with ACCESS, UPDATE … */
  readonly keyFlags?: number;
}

export const key = (name: string, keyFlags: number): Argument => ({ name, type: 'key', keyFlags });
export const string = (name: string): Argument => ({ name, type: 'string' });
export const integer = (name: string): Argument => ({ name, type: 'integer' });
export const double = (name: string): Argument => ({ name, type: 'double' });
export const pattern = (name: string): Argument => ({ name, type: 'pattern' });
export const unixTime = (name: string): Argument => ({ name, type: 'unix-time' });

/** A word that stands alone. */
export const token = (word: string, name = word.toLowerCase()): Argument => ({
  name,
  type: 'pure-token',
  token: word,
});

export const oneOf = (name: string, ...members: Argument[]): Argument => ({ name, type: 'oneof', members });
export const block = (name: string, ...members: Argument[]): Argument => ({ name, type: 'block', members });

export const optional = (argument: Argument): Argument => ({ ...argument, isOptional: true });
/** One or more. */
export const many = (argument: Argument): Argument => ({ ...argument, isMultiple: true });
/** One or more, each after its token. */
export const manyWithToken = (word: string, argument: Argument): Argument => ({
  ...argument,
  token: word,
  isMultiple: true,
  isTokenRepeated: true,
});
/** `word value` */
export const withToken = (word: string, argument: Argument): Argument => ({ ...argument, token: word });
export const foundBy = (keySpecIndex: number, argument: Argument): Argument => ({
  ...argument,
  keySpecIndex,
});
export const shownAs = (displayText: string, argument: Argument): Argument => ({ ...argument, displayText });
export const since = (version: string, argument: Argument): Argument => ({ ...argument, since: version });
export const deprecatedSince = (version: string, argument: Argument): Argument => ({
  ...argument,
  deprecatedSince: version,
});

/** Words that the argument takes at least. */
function wordsMin(argument: Argument): number {
  if (argument.isOptional) return 0;
  const own = argument.token !== undefined && argument.type !== 'pure-token' ? 1 : 0;
  switch (argument.type) {
    case 'oneof':
      return own + Math.min(...(argument.members ?? []).map(wordsMin));
    case 'block':
      return own + (argument.members ?? []).reduce((sum, member) => sum + wordsMin(member), 0);
    default:
      return own + 1;
  }
}

function hasFixedWords(argument: Argument): boolean {
  if (argument.isOptional || argument.isMultiple) return false;
  if (argument.type === 'oneof') {
    const counts = new Set((argument.members ?? []).map(wordsMin));
    return counts.size === 1 && (argument.members ?? []).every(hasFixedWords);
  }
  return (argument.members ?? []).every(hasFixedWords);
}

/**
 * Redis' arity: the words of the whole command, its name included; negative where there may be more.
 * @param nameWords 1, or 2 for a subcommand
 */
export function arityOf(args: readonly Argument[], nameWords: number): number {
  const least = args.reduce((sum, argument) => sum + wordsMin(argument), nameWords);
  return args.every(hasFixedWords) ? least : -least;
}

/** Where keys are found in a request: COMMAND INFO's key specifications. */
export interface KeySpec {
  readonly flags: number;
  readonly notes?: string;
  readonly begin:
    | { readonly type: 'index'; readonly index: number }
    | { readonly type: 'keyword'; readonly keyword: string; readonly startFrom: number }
    | { readonly type: 'unknown' };
  readonly find:
    | { readonly type: 'range'; readonly last: number; readonly step: number; readonly limit: number }
    | { readonly type: 'keynum'; readonly countAt: number; readonly firstKey: number; readonly step: number }
    | { readonly type: 'unknown' };
}

/** A key at a fixed place. */
export const keyAt = (index: number, flags: number): KeySpec => ({
  flags,
  begin: { type: 'index', index },
  find: { type: 'range', last: 0, step: 1, limit: 0 },
});

/** Keys from `index` on, every `step`th, to the end or to `last` (negative: from the end). */
export const keysFrom = (index: number, flags: number, step = 1, last = -1): KeySpec => ({
  flags,
  begin: { type: 'index', index },
  find: { type: 'range', last, step, limit: 0 },
});

/** `numkeys key [key …]` with numkeys at `index`. */
export const countedKeys = (index: number, flags: number): KeySpec => ({
  flags,
  begin: { type: 'index', index },
  find: { type: 'keynum', countAt: 0, firstKey: 1, step: 1 },
});

/** Keys after a word. @param limit as in the specification: 0 none, 2 the first half of the rest … */
export const keysAfter = (
  keyword: string,
  startFrom: number,
  flags: number,
  last = 0,
  limit = 0,
): KeySpec => ({
  flags,
  begin: { type: 'keyword', keyword, startFrom },
  find: { type: 'range', last, step: 1, limit },
});

export const unknownKeys = (flags: number): KeySpec => ({
  flags,
  begin: { type: 'unknown' },
  find: { type: 'unknown' },
});

/** Keys at fixed places, or repeated at the end. Others have to be declared. */
export function keySpecsOf(args: readonly Argument[], nameWords: number): KeySpec[] {
  const specs: KeySpec[] = [];
  let index = nameWords;
  for (const argument of args) {
    if (argument.type === 'key') {
      const flags = argument.keyFlags ?? 0;
      const at = argument.token === undefined ? index : index + 1;
      specs.push(argument.isMultiple ? keysFrom(at, flags) : keyAt(at, flags));
    } else if (argument.type === 'block' && argument.members?.[0]?.type === 'key') {
      const members = argument.members;
      specs.push(keysFrom(index, members[0].keyFlags ?? 0, members.length));
    }
    if (!hasFixedWords(argument)) break;
    index += wordsMin(argument);
  }
  return specs;
}
