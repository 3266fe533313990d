/** FCALL and FCALL_RO: functions that libraries brought, called by their names. */
import { countedKeys, integer, key, many, optional, string } from '../arguments.js';
import { type CommandDeclaration, defineCommand } from '../define.js';
import {
  ACCESS,
  MAY_REPLICATE,
  NO_MANDATORY_KEYS,
  NOSCRIPT,
  READONLY,
  RO,
  RW,
  SKIP_MONITOR,
  STALE,
  UPDATE,
} from '../flags.js';

const calling = (name: string, isReadOnly: boolean, summary: string): CommandDeclaration => {
  const keyFlags = isReadOnly ? RO | ACCESS : RW | ACCESS | UPDATE;
  const worst = isReadOnly ? 'RO and ACCESS' : 'RW and UPDATE';
  const flags = NOSCRIPT | SKIP_MONITOR | NO_MANDATORY_KEYS | STALE;
  return defineCommand({
    name,
    summary,
    group: 'scripting',
    since: '7.0.0',
    complexity: 'Depends on the function that is executed.',
    flags: flags | (isReadOnly ? READONLY : MAY_REPLICATE),
    args: [
      string('function'),
      integer('numkeys'),
      optional(many(key('key', keyFlags))),
      optional(many(string('arg'))),
    ],
    keySpecs: [
      {
        ...countedKeys(2, keyFlags),
        notes: `We cannot tell how the keys will be used so we assume the worst, ${worst}`,
      },
    ],
    run(context, argv, reply) {
      context.services.functions.call(argv, isReadOnly, reply);
    },
  });
};

export const fcall = calling('FCALL', false, 'Invokes a function.');
export const fcallReadOnly = calling('FCALL_RO', true, 'Invokes a read-only function.');
