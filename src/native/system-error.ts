/**
 * Failures of the machine: what a system call answered. They are handled where they are expected
 * (ECONNRESET is how clients leave) and reported where they are not. Never a client's mistake.
 *
 * Calls on the hot path return `-errno` instead of throwing; `systemError` turns that into an error when
 * somebody has to be told.
 */
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** The numbers differ between kernels; Node knows those of the one it runs on. */
export const {
  EADDRINUSE,
  EAGAIN,
  ECONNRESET,
  EINPROGRESS,
  EINTR,
  EINVAL,
  EMFILE,
  ENFILE,
  ENOBUFS,
  ENOMEM,
  ENOSYS,
} = constants.errno;

export class SystemError extends Error {
  override readonly name = 'SystemError';
  /** The error's symbol: `EMFILE`. */
  readonly code: string;

  constructor(
    /** The system call, or the library function, that failed. */
    readonly call: string,
    /** Positive, as in errno.h. */
    readonly errno: number,
    /** The descriptor it failed for, or -1. */
    readonly fd = -1,
    /** What it was about, for people: an address, a path. */
    readonly subject = '',
    options?: ErrorOptions,
  ) {
    const [code, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error'];
    super(`${call}: ${code}: ${text}${subject === '' ? '' : `: ${subject}`}`, options);
    this.code = code;
  }
}
