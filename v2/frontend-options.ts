/** Options of both forms of v2: with its reactor in the engine's thread, or with reactors in threads of their own. */
import { lookup } from 'node:dns/promises';
import type { SocketAddress } from '../src/native/socket-address.js';
import type { FrontendOptions, ListenAddress } from '../src/server/frontend.js';
import type { Trigger } from './reactor/interest.js';
import type { LoopKind } from './reactor/loop.js';

export const NO_DESCRIPTOR_MESSAGE = Buffer.from('-ERR max number of clients reached\r\n');

export interface EpollOptions extends FrontendOptions {
  /** `reactor-trigger` */
  readonly trigger?: Trigger;
  /** `reactor-busy-poll` */
  readonly busyPollUs?: number;
  /** `reactor-loop` */
  readonly loop?: LoopKind;
  /** `io-threads`: above 1 each reactor has a thread of its own. */
  readonly ioThreads?: number;
  /** Of each ring between the threads: a power of two. */
  readonly ringBytes?: number;
}

/** Numeric hosts come back as they are; names are asked for. */
export async function resolveAddress(address: ListenAddress): Promise<SocketAddress> {
  if ('path' in address) return address;
  return { host: (await lookup(address.host)).address, port: address.port };
}
