/** januskv's own: how connections are served. */
import { type Directive, IMMUTABLE, MULTIPLE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer } from '../kinds/number.js';
import { yesNo } from '../kinds/yes-no.js';
import { parseListenAddress } from '../listen-address.js';

/** `listen v1:6379`, once for each address; instead of port, bind and unixsocket. */
const listen: Directive<readonly string[]> = {
  flags: IMMUTABLE | MULTIPLE,
  aliases: [],
  initial: [],
  parse: (args, before, isRepeated) => {
    for (const address of args) parseListenAddress(address);
    return isRepeated ? [...before, ...args] : args;
  },
  format: (addresses) => addresses.join(' '),
  lines: (addresses) => addresses,
};

export const frontends = {
  frontend: choice('auto', ['auto', 'v1', 'v2'], { flags: IMMUTABLE }),
  listen,
  /**
   * Seconds that a request may take from its first byte to its last, 0 for ever: who sends byte by byte would otherwise
   * keep a connection, and up to `client-query-buffer-limit`, as long as it likes. Five minutes are enough for 512 MB at
   * 14 Mbit/s, and for whoever types.
   */
  'request-timeout': integer(300, { min: 0, max: INT_MAX }),
  /** A server of its own process plays what clients usually ask for, in idle moments after the start: src/rehearsal. */
  rehearsal: yesNo(true, { flags: IMMUTABLE }),
  /** How v2 hears of events: v2/reactor/interest.ts. */
  'reactor-trigger': choice('edge', ['edge', 'level', 'oneshot'], { flags: IMMUTABLE }),
  /** Microseconds for which v2 goes on asking before it sleeps. */
  'reactor-busy-poll': integer(0, { min: 0, max: 1_000_000 }, { flags: IMMUTABLE }),
  /** Who waits for events, libuv or v2, and where: v2/reactor/loop.ts. */
  'reactor-loop': choice('auto', ['auto', 'embedded', 'leading', 'dedicated'], { flags: IMMUTABLE }),
  /** Reactors of v2; above 1 each has a thread of its own. */
  'io-threads': integer(1, { min: 1, max: 128 }, { flags: IMMUTABLE }),
  /** What `io-threads` does in any case: reading is what the threads are for. */
  'io-threads-do-reads': yesNo(false, { flags: IMMUTABLE }),
};
