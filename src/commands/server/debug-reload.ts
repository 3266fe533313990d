/** DEBUG RELOAD: the data goes to its file and comes back. */
import { ReplyError } from '../../protocol/reply-error.js';
import type { Argv } from '../argv.js';
import type { Context } from '../context.js';
import { FAILED } from './save.js';

const UNKNOWN_OPTION = new ReplyError(
  'ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.',
);
const NOT_LOADED = new ReplyError('ERR Error trying to load the RDB dump, check server logs.');

export function reload({ services: { persistence } }: Context, argv: Argv): void {
  const request = { saves: true, flushes: true, merges: false };
  for (let index = 2; index < argv.count; index++) {
    if (argv.is(index, 'MERGE')) request.merges = true;
    else if (argv.is(index, 'NOFLUSH')) request.flushes = false;
    else if (argv.is(index, 'NOSAVE')) request.saves = false;
    else throw UNKNOWN_OPTION;
  }
  const failed = persistence.reload(request);
  if (failed === 'save') throw FAILED;
  if (failed === 'load') throw NOT_LOADED;
}
