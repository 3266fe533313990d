/**
 * What a process that does nothing but serve sets up for that before it listens: V8's compiler and collector, the threads
 * beside the one that serves, memory. An application that embeds a server decides on these for itself.
 */
import type { AddressReserve } from './address-reserve.js';
import { makeOthersGiveWay } from './background-threads.js';
import { inlineMore } from './compiler-budget.js';
import type { Arena } from './engine/arena.js';
import { growInto, useHugePages } from './huge-pages.js';
import { ENOSYS, SystemError } from './native/system-error.js';
import { Rests } from './rests.js';
import { keepYoungGenerationSmall } from './young-generation.js';

/**
 * @param reserve addresses for the arena, if they could be had
 * @returns what the serving thread is to do for the others now and then, if anything
 */
export async function dedicateProcess(arena: Arena, reserve: AddressReserve | null): Promise<Rests | null> {
  inlineMore();
  keepYoungGenerationSmall();
  try {
    await useHugePages(arena);
    if (reserve !== null) await growInto(reserve, arena);
  } catch (error) {
    // Where libc can't be called, memory comes from V8 as in any program, and v1 serves.
    if (!(error instanceof SystemError && error.errno === ENOSYS)) throw error;
  }
  return Rests.for(await makeOthersGiveWay());
}
