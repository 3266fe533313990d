/** Subcommands of DEBUG that turn something on or off, or to a value, that no directive names. */
import type { Reply } from '../../protocol/reply.js';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { wrongForm } from '../wrong-form.js';

const NO_CLIENT_LIMIT = new ReplyError('ERR maxmemory-clients is disabled.');
/** Columns of a number of bytes in CLIENT-EVICTION's lines. */
const BYTES_WIDTH = 10;

/** As C's atoi reads it: nothing that is a number is 0. */
function number(argv: Argv, index: number): number {
  return Number.parseInt(argv.latin1(index), 10) || 0;
}

const isOn = (argv: Argv, index: number): boolean => number(argv, index) !== 0;

export function setScriptsUnlimited({ services }: Context, argv: Argv): void {
  services.debugging.allowsAllInScripts = isOn(argv, 2);
}

export function setChecksumsSkipped({ services }: Context, argv: Argv): void {
  services.debugging.skipsChecksums = isOn(argv, 2);
}

/** Of the keyspace's tables, as in Redis. One that comes in the place of an emptied database's follows its size again. */
export function setTableResizing({ keyspace }: Context, argv: Argv): void {
  const follows = isOn(argv, 2);
  for (const db of keyspace.databases) db.index.followsSize = follows;
}

export function setWriteDelay({ services }: Context, argv: Argv): void {
  services.debugging.writeDelayUs = Math.max(0, number(argv, 2));
}

/**
 * How the buffers behave that Redis has one of for each client. Here a batch's replies share one: none is ever resized, and no
 * peak is remembered that could be reset, which is what the most that can be asked for comes to.
 */
export function setReplyBuffers(_context: Context, argv: Argv): void {
  if (argv.is(2, 'PEAK-RESET-TIME')) {
    if (!argv.is(3, 'NEVER') && !argv.is(3, 'RESET')) argv.integer(3);
  } else if (!argv.is(2, 'RESIZING')) throw wrongForm(argv, 'DEBUG');
}

/** `maxmemory-clients` at work: who would go first. */
export function describeClientMemory({ services }: Context, _argv: Argv, reply: Reply): void {
  const classes = services.debugging.clientMemory();
  if (classes === null) throw NO_CLIENT_LIMIT;
  const wide = (bytes: number): string => String(bytes).padStart(BYTES_WIDTH);
  const lines = classes.map(({ fromBytes, toBytes, clientCount, totalBytes }) => {
    const range = Number.isFinite(toBytes)
      ? `${wide(fromBytes)} - ${wide(toBytes)}`
      : `${wide(fromBytes)}+${' '.repeat(BYTES_WIDTH + 2)}`;
    return `bucket ${range}: tot-mem: ${wide(totalBytes)}, clients: ${clientCount}\n`;
  });
  reply.verbatim(lines.join(''));
}
