/**
 * What a process that does nothing but serve sets up for that before it listens: the threads beside the one that serves, and
 * memory. An application that embeds a server decides on these for itself, and on V8 (tune-v8.ts).
 */

import type { Arena } from '../engine/arena.js';
import { ENOSYS, SystemError } from '../native/system-error.js';
import type { AddressReserve } from './address-reserve.js';
import { makeOthersGiveWay } from './background-threads.js';
import { useHugePages } from './huge-pages.js';
import { Rests } from './rests.js';

/**
 * @param reserve addresses for the arena, if they could be had
 * @param onWork another thread is about to be given work: the next rest is wanted at once
 * @returns what the serving thread is to do for the others now and then, if anything
 */
export async function dedicateProcess(
  arena: Arena,
  reserve: AddressReserve | null,
  onWork: () => void,
): Promise<Rests | null> {
  let rests: Rests | null = null;
  try {
    await useHugePages(arena, reserve, (work) => (rests === null ? work() : rests.hand(work)));
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ENOSYS)) throw error;
    // Where libc can't be called v1 serves, and memory is V8's: the collector would never give back what is cut from the reserve.
    reserve?.takeRest();
  }
  rests = Rests.for(await makeOthersGiveWay(), onWork);
  return rests;
}
