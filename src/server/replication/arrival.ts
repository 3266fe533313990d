/**
 * A snapshot of a master on its way into this server, and how it gets there (`repl-diskless-load`):
 *
 *     file       it is received beside the data, which are served on; once it is whole they go, and it is loaded
 *     keyspace   the data go at once, and it goes in their place while it comes
 *     beside     it goes into databases of its own, which take the place of the others once it is whole
 */
import type { KeyspaceTarget } from '../persistence/rdb-target.js';
import type { ReceivedFile } from '../persistence/received-file.js';
import type { Payload } from './payload.js';
import { SnapshotBytes } from './snapshot-bytes.js';

export interface Arrival {
  /** Of the snapshot; -1: unknown. */
  readonly totalBytes: number;
  readonly receivedBytes: number;
  /** Everything has come, but isn't loaded: the connection isn't read meanwhile, and may break. */
  readonly isBeingLoaded: boolean;
  /** @throws BadFormat */
  take(bytes: Buffer): void;
  /** It will never be whole. Not to be called once it failed or ended. */
  abandon(error: Error): void;
}

/** What becomes of it: one of both, once. */
export interface ArrivalOutcome {
  /** The data are the master's. @param databaseId that the stream goes on with @param behind what came of the stream */
  loaded(databaseId: number, behind: Buffer): void;
  /** Not called by `take`, which throws, nor by `abandon`. */
  failed(error: Error): void;
}

/** Where a snapshot goes that is taken in while it comes. */
export interface Destination {
  readonly target: KeyspaceTarget;
  /** It is whole. @throws BadFormat when it is of no use */
  succeeded(): void;
  failed(error: Error): void;
}

const databaseOf = (target: KeyspaceTarget): number => Number(target.auxFields.get('repl-stream-db') ?? 0);

export class StreamedArrival implements Arrival {
  readonly isBeingLoaded = false;
  readonly #payload: Payload;
  readonly #destination: Destination;
  readonly #outcome: ArrivalOutcome;

  constructor(payload: Payload, destination: Destination, outcome: ArrivalOutcome) {
    this.#payload = payload;
    this.#destination = destination;
    this.#outcome = outcome;
  }

  get totalBytes(): number {
    return this.#payload.totalBytes;
  }

  get receivedBytes(): number {
    return this.#payload.loadedBytes;
  }

  take(bytes: Buffer): void {
    const behind = this.#payload.take(bytes);
    if (behind === null) return;
    this.#destination.succeeded();
    this.#outcome.loaded(databaseOf(this.#destination.target), behind);
  }

  abandon(error: Error): void {
    this.#destination.failed(error);
  }
}

/** What a received file needs to be loaded. */
export interface FileIntake {
  /** The data go. @returns where the file's go */
  begin(): KeyspaceTarget;
  /** Reads it in ticks. */
  load(file: ReceivedFile, target: KeyspaceTarget, done: (error: Error | null) => void): void;
  /** @param error null: it is loaded, and the file is to be kept */
  end(file: ReceivedFile, error: Error | null): void;
}

export class SpooledArrival implements Arrival {
  isBeingLoaded = false;
  readonly #bytes: SnapshotBytes;
  readonly #file: ReceivedFile;
  readonly #intake: FileIntake;
  readonly #outcome: ArrivalOutcome;
  #behind: Buffer = Buffer.alloc(0);
  #isAbandoned = false;

  /** @param line that announces it @throws Error of the system, BadFormat */
  constructor(
    line: string,
    open: (finished: (error: Error | null) => void) => ReceivedFile,
    intake: FileIntake,
    outcome: ArrivalOutcome,
  ) {
    this.#bytes = new SnapshotBytes(line, (piece) => this.#file.write(piece));
    this.#file = open((error) => this.#written(error));
    this.#intake = intake;
    this.#outcome = outcome;
  }

  get totalBytes(): number {
    return this.#bytes.totalBytes;
  }

  get receivedBytes(): number {
    return this.#bytes.receivedBytes;
  }

  take(bytes: Buffer): void {
    // Nobody reads on, but what has been read comes still.
    if (this.isBeingLoaded) {
      this.#behind = Buffer.concat([this.#behind, bytes]);
      return;
    }
    const behind = this.#bytes.take(bytes);
    if (behind === null) return;
    this.#behind = Buffer.from(behind);
    this.isBeingLoaded = true;
    this.#file.completed();
  }

  abandon(error: Error): void {
    this.#isAbandoned = true;
    this.#file.failed(error);
  }

  #written(error: Error | null): void {
    if (this.#isAbandoned) {
      this.#file.remove();
      return;
    }
    if (error !== null) {
      this.#outcome.failed(error);
      return;
    }
    const target = this.#intake.begin();
    this.#intake.load(this.#file, target, (failure) => this.#loaded(target, failure));
  }

  #loaded(target: KeyspaceTarget, error: Error | null): void {
    this.#intake.end(this.#file, error);
    if (this.#isAbandoned) return;
    if (error === null) this.#outcome.loaded(databaseOf(target), this.#behind);
    else this.#outcome.failed(error);
  }
}
