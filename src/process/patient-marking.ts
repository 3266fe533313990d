/**
 * Who marks what is in use, when V8 collects old garbage: its own thread, and the one that serves whenever it allocates. V8 would
 * also have the latter do a little in each turn of its loop until the marking is over, without a wait in between. Where
 * both share a core, it then keeps the other one from marking, and from compiling, too: for two seconds after a start
 * under load it used all of the core, for nothing.
 *
 * Nothing is urgent about the marking: little is allocated here. For a process that does nothing but serve.
 */
import { setFlagsFromString } from 'node:v8';

/** From the next marking on. */
export function markPatiently(): void {
  setFlagsFromString('--no-incremental-marking-task');
}
