/** EVAL and its forms: scripts that are sent with the request, or were kept by their digests. */
import { countedKeys, integer, key, many, optional, string } from '../arguments.js';
import { defineCommand } from '../define.js';
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

const EVAL_FLAGS = NOSCRIPT | SKIP_MONITOR | MAY_REPLICATE | NO_MANDATORY_KEYS | STALE;
const EVAL_RO_FLAGS = NOSCRIPT | SKIP_MONITOR | NO_MANDATORY_KEYS | STALE | READONLY;
const WRITING_KEYS = RW | ACCESS | UPDATE;
const READING_KEYS = RO | ACCESS;

const evaluating = (
  name: string,
  firstVersion: string,
  bySha: boolean,
  isReadOnly: boolean,
  summary: string,
) => {
  const keyFlags = isReadOnly ? READING_KEYS : WRITING_KEYS;
  const worst = isReadOnly ? 'RO and ACCESS' : 'RW and UPDATE';
  const notes = `We cannot tell how the keys will be used so we assume the worst, ${worst}`;
  return defineCommand({
    name,
    summary,
    group: 'scripting',
    since: firstVersion,
    complexity: 'Depends on the script that is executed.',
    flags: isReadOnly ? EVAL_RO_FLAGS : EVAL_FLAGS,
    args: [
      string(bySha ? 'sha1' : 'script'),
      integer('numkeys'),
      optional(many(key('key', keyFlags))),
      optional(many(string('arg'))),
    ],
    // Redis' remark stands beside EVAL and EVAL_RO alone.
    keySpecs: [bySha ? countedKeys(2, keyFlags) : { ...countedKeys(2, keyFlags), notes }],
    run(context, argv, reply) {
      context.services.scripting.evaluate(argv, bySha, isReadOnly, reply);
    },
  });
};

export const evalScript = evaluating('EVAL', '2.6.0', false, false, 'Executes a server-side Lua script.');
export const evalSha = evaluating(
  'EVALSHA',
  '2.6.0',
  true,
  false,
  'Executes a server-side Lua script by SHA1 digest.',
);
export const evalReadOnly = evaluating(
  'EVAL_RO',
  '7.0.0',
  false,
  true,
  'Executes a read-only server-side Lua script.',
);
export const evalShaReadOnly = evaluating(
  'EVALSHA_RO',
  '7.0.0',
  true,
  true,
  'Executes a read-only server-side Lua script by SHA1 digest.',
);
