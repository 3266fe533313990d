/** The append-only file. Implemented by the server. */
import type { Client } from './client.js';

export interface AppendOnlyFile {
  /** `appendonly` is on, though its first base may still be in the making. */
  readonly isOn: boolean;
  readonly isRewriting: boolean;
  /** Something else is in the way of a rewrite: the file of snapshots being written, a replica being served. */
  readonly isBusyOtherwise: boolean;
  /** Begins to write the file anew, from the data as they are. @returns false when that failed: the log says why */
  rewrite(): boolean;
  /** As soon as nothing is in the way. */
  scheduleRewrite(): void;
  /** DEBUG LOADAOF: the data become what the file says. @returns false when it can't be read */
  reload(): boolean;
  /** Everything that a client wrote is on the disk. @param lastUnit of the client */
  hasSynced(lastUnit: number): boolean;
  /**
   * The client, which waits, is run again as soon as enough is on the disk, here and at replicas.
   * @param offset of the stream to replicas up to which it wrote
   */
  wakeWhen(client: Client, offset: number, isDone: () => boolean): void;
  /** That offset, for a client whose waiting is over. */
  offsetWaitedFor(client: Client): number;
}
