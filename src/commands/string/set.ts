/** SET: the write of a whole string, with its conditions and expiry. */
import { integer, key, oneOf, optional, since, string, token, unixTime, withToken } from '../arguments.js';
import { defineCommand } from '../define.js';
import { ACCESS, DENYOOM, INSERT, RW, UPDATE, VARIABLE_FLAGS, WRITE } from '../flags.js';
import { encodingFor } from './encoding.js';
import { SET } from './events.js';

export const set = defineCommand({
  name: 'SET',
  summary: 'Sets the string value of a key, ignoring its type. The key is created if it does not exist.',
  group: 'string',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: WRITE | DENYOOM,
  args: [
    key('key', RW | ACCESS | UPDATE | INSERT | VARIABLE_FLAGS),
    string('value'),
    optional(since('2.6.12', oneOf('condition', token('NX'), token('XX')))),
    optional(since('6.2.0', token('GET'))),
    optional(
      oneOf(
        'expiration',
        since('2.6.12', withToken('EX', integer('seconds'))),
        since('2.6.12', withToken('PX', integer('milliseconds'))),
        since('6.2.0', withToken('EXAT', unixTime('unix-time-seconds'))),
        since('6.2.0', withToken('PXAT', unixTime('unix-time-milliseconds'))),
        since('6.0.0', token('KEEPTTL')),
      ),
    ),
  ],
  run(context, argv, reply) {
    const { bytes, starts, ends } = argv;
    context.db.setString(
      bytes,
      starts[1],
      ends[1],
      bytes,
      starts[2],
      ends[2],
      encodingFor(bytes, starts[2], ends[2]),
      false,
    );
    context.changed(SET, argv, 1);
    reply.ok();
  },
});
