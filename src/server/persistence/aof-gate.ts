/** While the append-only file can't be written, what would have to go there is refused. */
import { getSystemErrorMap } from 'node:util';
import { ReplyError } from '../../protocol/reply-error.js';
import type { Gate } from '../requests/gates.js';
import { type Keeping, keepingGate } from './keeping-gate.js';

/** A state of the server that gates ask about. */
export const UNWRITTEN = 1 << 16;

/** The system's reason, as strerror has it. */
export function reasonOf(error: Error): string {
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  const known = getSystemErrorMap().get(errno)?.[1] ?? error.message;
  return known.charAt(0).toUpperCase() + known.slice(1);
}

export const unwrittenRefusal = (error: Error): ReplyError =>
  new ReplyError(`MISCONF Errors writing to the AOF file: ${reasonOf(error)}`);

export const unwrittenGate = (keeping: Keeping, refuse: () => ReplyError | null): Gate =>
  keepingGate(UNWRITTEN, keeping, refuse);
