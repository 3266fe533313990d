/** A host and a port as people write them, with the host's name looked up: the reactor takes numbers. */
import { lookup } from 'node:dns/promises';
import { UsageError } from './arguments.js';

/** @throws UsageError when nobody knows the host */
export async function listenAddress(
  host: string,
  port: number,
): Promise<{ readonly host: string; readonly port: number }> {
  try {
    return { host: (await lookup(host)).address, port };
  } catch (error) {
    throw new UsageError(`--host: '${host}' is not an address (${(error as NodeJS.ErrnoException).code})`);
  }
}
