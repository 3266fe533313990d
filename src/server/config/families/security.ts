/** Who may do what. */
import { CommandTable } from '../../../commands/table.js';
import { mergeSelectors } from '../../acl/acl-file.js';
import { AclRules, RuleMistake, UNKNOWN_NAME } from '../../acl/rules.js';
import { quoteArgument } from '../arguments.js';
import { type Directive, FILE_ONLY, HIDDEN, IMMUTABLE, MULTIPLE, SENSITIVE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { integer, LONG_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { unsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';

/** Any number of lines of any arguments. */
const fileLines: Directive<readonly (readonly string[])[]> = {
  flags: FILE_ONLY | MULTIPLE | SENSITIVE,
  aliases: [],
  initial: [],
  parse: (args, before, isRepeated) => (isRepeated ? [...before, args] : [args]),
  format: (lines) => lines.map((line) => line.join(' ')).join('\n'),
  lines: (lines) => lines.map((line) => line.join(' ')),
};

/** A user each: its name and its rules. */
const users: Directive<readonly (readonly string[])[]> = {
  ...fileLines,
  parse: (args, before, isRepeated) => {
    const others = isRepeated ? before : [];
    return [...others, parseUser(args, others)];
  },
};

/** Names of commands are left to the server to know: it refuses to start with one that it doesn't. */
const GRAMMAR = new AclRules(new CommandTable([]));

function parseUser(
  [name, ...words]: readonly string[],
  others: readonly (readonly string[])[],
): readonly string[] {
  if (name === undefined) throw new ConfigMistake('Bad directive or wrong number of arguments');
  const refuse = (reason: string): never => {
    throw new ConfigMistake(`Error in user declaration '${name}': ${reason}`);
  };
  if (others.some(([other]) => other === name)) {
    refuse('Duplicate user found. A user can only be defined once in config files');
  }
  const merged = mergeSelectors(words);
  if ('unmatched' in merged) return refuse('Unmatched parenthesis in selector definition');
  const user = GRAMMAR.createUser(name);
  for (const rule of merged.rules) {
    try {
      GRAMMAR.apply(user, rule);
    } catch (thrown) {
      if (!(thrown instanceof RuleMistake)) throw thrown;
      if (thrown !== UNKNOWN_NAME) refuse(thrown.reason);
    }
  }
  return [name, ...merged.rules];
}

/** A command's name each, and its new one or an empty word. */
const renames: Directive<readonly (readonly string[])[]> = {
  ...fileLines,
  parse: (args, before, isRepeated) => {
    if (args.length !== 2) throw new ConfigMistake('wrong number of arguments');
    return isRepeated ? [...before, args] : [args];
  },
  lines: (lines) => lines.map((line) => line.map(quoteArgument).join(' ')),
};

const WHO = ['no', 'yes', 'local'] as const;

export const security = {
  requirepass: text('', { flags: SENSITIVE }),
  aclfile: text('', { flags: IMMUTABLE, isWrittenEmpty: true }),
  'acl-pubsub-default': choice('resetchannels', ['allchannels', 'resetchannels']),
  'acllog-max-len': integer(128, { min: 0, max: LONG_MAX }),
  'enable-protected-configs': choice('no', WHO, { flags: IMMUTABLE }),
  'enable-debug-command': choice('no', WHO, { flags: IMMUTABLE }),
  'enable-module-command': choice('no', WHO, { flags: IMMUTABLE }),
  user: users,
  'rename-command': renames,
  loadmodule: unsupported(fileLines),
  'lua-enable-deprecated-api': unsupported(yesNo(false, { flags: HIDDEN | IMMUTABLE })),
};
