/** Addresses and sockets. CONFIG SET of `port` and `bind` moves the listening sockets (../../socket-move.ts). */
import { type Directive, IMMUTABLE, MULTIPLE } from '../directive.js';
import { INT_MAX, integer, octal, UINT_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { unsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';

const BIND_ADDRESSES_MAX = 16;

/** Each a host; behind a minus, one that may be missing on this machine. `*` is every IPv4 address. */
const bind: Directive<readonly string[]> = {
  flags: MULTIPLE,
  aliases: [],
  // redis.conf's, not the bare program's `* -::*`: nobody is reachable from outside by accident.
  initial: ['127.0.0.1', '-::1'],
  parse: (args) => {
    if (args.length > BIND_ADDRESSES_MAX) throw new ConfigMistake('Too many bind addresses specified.');
    return args.filter((address) => address !== '');
  },
  format: (addresses) => addresses.join(' '),
  lines: (addresses) => [addresses.length === 0 ? '""' : addresses.join(' ')],
};

export const network = {
  port: integer(6379, { min: 0, max: 65535 }),
  bind,
  /** Of connections to a master. */
  'bind-source-addr': text(''),
  unixsocket: text('', { flags: IMMUTABLE }),
  unixsocketperm: octal(0, 0o777, { flags: IMMUTABLE }),
  // Redis' 511 drops connections when 8,192 clients come at once.
  'tcp-backlog': integer(4096, { min: 0, max: INT_MAX }, { flags: IMMUTABLE }),
  'tcp-keepalive': integer(300, { min: 0, max: INT_MAX }),
  timeout: integer(0, { min: 0, max: INT_MAX }),
  'protected-mode': yesNo(true),
  'socket-mark-id': unsupported(integer(0, { min: 0, max: UINT_MAX }, { flags: IMMUTABLE })),
};
