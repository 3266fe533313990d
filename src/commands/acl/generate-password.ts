/** ACL GENPASS: a password that nobody guesses. */
import { randomBytes } from 'node:crypto';
import { ReplyError } from '../../protocol/reply-error.js';
import { integer, optional } from '../arguments.js';
import { defineCommand } from '../define.js';
import { LOADING, NOSCRIPT, STALE } from '../flags.js';
import { wrongForm } from '../wrong-form.js';

const BITS = 256;
const BITS_MAX = 4096;
const BITS_A_DIGIT = 4;

const WRONG_SIZE = new ReplyError(
  `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${BITS_MAX}`,
);

export const aclGenPass = defineCommand({
  name: 'GENPASS',
  summary: 'Returns a random password, in hexadecimal digits.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(1)',
  flags: NOSCRIPT | LOADING | STALE,
  args: [optional(integer('bits'))],
  run(_context, argv, reply) {
    if (argv.count > 3) throw wrongForm(argv, 'ACL');
    const bits = argv.count === 3 ? argv.integer(2) : BITS;
    if (bits <= 0 || bits > BITS_MAX) throw WRONG_SIZE;
    const digits = Math.ceil(bits / BITS_A_DIGIT);
    // The server's own randomness can be replayed; this must not be.
    reply.bulkLatin1(
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    );
  },
});
