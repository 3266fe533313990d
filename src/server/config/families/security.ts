/** Who may do what. */
import { type Directive, FILE_ONLY, IMMUTABLE, MULTIPLE, SENSITIVE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { integer, LONG_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { unsupported } from '../kinds/unsupported.js';

/** Any number of lines of any arguments. */
const fileLines: Directive<readonly (readonly string[])[]> = {
  flags: FILE_ONLY | MULTIPLE | SENSITIVE,
  aliases: [],
  initial: [],
  parse: (args, before, isRepeated) => (isRepeated ? [...before, args] : [args]),
  format: (lines) => lines.map((line) => line.join(' ')).join('\n'),
  lines: (lines) => lines.map((line) => line.join(' ')),
};

const WHO = ['no', 'yes', 'local'] as const;

export const security = {
  requirepass: text('', { flags: SENSITIVE }),
  aclfile: unsupported(text('', { flags: IMMUTABLE })),
  'acl-pubsub-default': unsupported(choice('resetchannels', ['allchannels', 'resetchannels'])),
  'acllog-max-len': unsupported(integer(128, { min: 0, max: LONG_MAX })),
  'enable-protected-configs': choice('no', WHO, { flags: IMMUTABLE }),
  'enable-debug-command': choice('no', WHO, { flags: IMMUTABLE }),
  'enable-module-command': unsupported(choice('no', WHO, { flags: IMMUTABLE })),
  user: unsupported(fileLines),
  'rename-command': unsupported(fileLines),
  loadmodule: unsupported(fileLines),
};
