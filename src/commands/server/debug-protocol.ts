/** DEBUG PROTOCOL: a reply of each type, for those who write clients. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';

const UNKNOWN_TYPE = new ReplyError(
  'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
);
const NOT_IN_RESP2 = new ReplyError('ERR RESP2 is not supported by this command');
const RESP3 = 3;

function replyCounting(reply: Reply, count: number): void {
  for (let value = 0; value < count; value++) reply.integer(value);
}

const SAMPLES: Record<string, (reply: Reply) => void> = {
  string: (reply) => reply.bulkLatin1('Hello World'),
  integer: (reply) => reply.integer(12345),
  double: (reply) => reply.double(3141 / 1000),
  null: (reply) => reply.null(),
  array(reply) {
    reply.array(3);
    replyCounting(reply, 3);
  },
  set(reply) {
    reply.set(3);
    replyCounting(reply, 3);
  },
  map(reply) {
    reply.map(3);
    for (let value = 0; value < 3; value++) {
      reply.integer(value);
      reply.boolean(value === 1);
    }
  },
  attrib(reply) {
    if (reply.resp === RESP3) {
      reply.attribute(1);
      reply.bulkLatin1('key-popularity');
      reply.array(2);
      reply.bulkLatin1('key:123');
      reply.integer(90);
    }
    reply.bulkLatin1('Some real reply following the attribute');
  },
  push(reply) {
    if (reply.resp !== RESP3) throw NOT_IN_RESP2;
    reply.push(2);
    reply.bulkLatin1('server-cpu-usage');
    reply.integer(42);
    reply.bulkLatin1('Some real reply following the push reply');
  },
  verbatim: (reply) => reply.verbatim('This is a verbatim\nstring'),
  true: (reply) => reply.boolean(true),
  false: (reply) => reply.boolean(false),
  bignum: (reply) => reply.bigNumber('1234567999999999999999999999999999999'),
};

export function replySample(argv: Argv, reply: Reply): void {
  const name = argv.latin1(2).toLowerCase();
  if (!Object.hasOwn(SAMPLES, name)) throw UNKNOWN_TYPE;
  SAMPLES[name](reply);
}
