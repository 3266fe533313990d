/** What a server is given, and how it reaches what lies outside of it: clocks, files, other servers, the process. */
import type { Clock } from '../base/clock.js';
import type { Declaration } from '../commands/define.js';
import type { CommandTable } from '../commands/table.js';
import type { MemorySource } from '../engine/chunk-memory.js';
import type { Config } from './config/config.js';
import type { Crash } from './debugging.js';
import type { ProcessFacts } from './introspection/process-facts.js';
import type { Disk } from './persistence/disk.js';
import type { Connect } from './replication/link.js';
import type { StartDebugThread } from './scripting/debug-thread.js';
import type { OpenDebugChannel } from './scripting/script-debugging.js';

export interface ServerOptions {
  readonly declarations: readonly Declaration[];
  /** They are compiled already: another server's, with the names that commands have there. */
  readonly table?: CommandTable;
  /** Redis' defaults when absent. */
  readonly config?: Config;
  readonly clock?: Clock;
  /** Of everything random but the hash. */
  readonly seed?: number;
  readonly hashSeed?: readonly [number, number];
  /** Of keys and values; the machine when absent. */
  readonly memory?: MemorySource;
  /** `tick` must be called in this many ms, earlier than it last said. */
  readonly hasten?: (delayMs: number) => void;
  /** Does something once, when the frontends had their turn; at the end of the batch or tick when absent. */
  readonly defer?: (work: () => void) => void;
  /** Called between batches: lets other threads have the core for a moment. @returns µs from its call until the next */
  readonly rest?: () => number;
  /** What clients are about to be told can't be kept: the server must end, and sends no more replies. */
  readonly fail?: (message: string) => void;
  /** Close the frontends, then forget the server. @param isNow without waiting for clients to take their replies */
  readonly stop?: (isNow: boolean) => void;
  readonly process?: ProcessFacts;
  /** The way to other servers, to follow them; without one, none can be followed. */
  readonly connect?: Connect;
  /** Where files are kept; without one, nothing is. */
  readonly disk?: Disk;
  /** Told what scripts log. @param level 0 debug … 3 warning */
  readonly log?: (level: number, message: string) => void;
  /** Ends the process, for DEBUG; without it, the process stays. */
  readonly crash?: Crash;
  /** Holds the thread up, for DEBUG SLEEP. */
  readonly sleep?: (ms: number) => void;
  /** How a client's socket is waited for while the server waits: for SCRIPT DEBUG SYNC, which is refused without it. */
  readonly openDebugChannel?: OpenDebugChannel;
  /** Threads with a copy of the data: for SCRIPT DEBUG YES, which is refused without them. */
  readonly startDebugThread?: StartDebugThread;
  /** Told of bugs: what was thrown, and by which command. */
  readonly internalError?: (error: unknown, command: string) => void;
}
