/** Snapshots of the data in a file. Implemented by the server. */

/** What SHUTDOWN asks for. */
export interface ShutdownRequest {
  /** `default`: when save points are set. */
  readonly saves: 'default' | 'yes' | 'no';
  /** Doesn't wait for replicas. */
  readonly isNow: boolean;
  /** Ends the server even when saving fails. */
  readonly isForced: boolean;
}

export interface ReloadRequest {
  readonly saves: boolean;
  readonly flushes: boolean;
  /** Keys in the file take the place of those that are there. */
  readonly merges: boolean;
}

export interface Persistence {
  /** A snapshot for the file is being taken. */
  readonly isSaving: boolean;
  /** When the file was last written, or else when the server started: seconds since the epoch. */
  readonly lastSaveSeconds: number;
  /** Writes the file, holding everybody up. @returns false when that failed: the log says why */
  save(): boolean;
  /** Begins to write the file in the background. @returns false when that failed: the log says why */
  saveInBackground(): boolean;
  /** Something else is in the way of a snapshot: an append-only file being rewritten, a replica being served. */
  readonly isBusyOtherwise: boolean;
  /** As soon as nothing is in the way. */
  scheduleSave(): void;
  /** FLUSHALL: the file is to be as empty as the data, when files are kept. */
  flushed(): void;
  /** DEBUG RELOAD. @returns what failed, or null */
  reload(request: ReloadRequest): 'save' | 'load' | null;
}
