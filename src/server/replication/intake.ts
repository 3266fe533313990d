/** How what a master sends gets into this server: its snapshot in place of all data, its stream as requests. */
import type { Observers } from '../../commands/services/observers.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { EncodingLimits } from '../../engine/types/encoding-limits.js';
import { RdbFileLoader } from '../../persistence/rdb/file-loader.js';
import type { FunctionLibraries } from '../../persistence/rdb/functions.js';
import { BadFormat } from '../../persistence/rdb/reader.js';
import type { Config } from '../config/config.js';
import { ConfigMistake } from '../config/mistake.js';
import { NOTICE, WARNING } from '../log-levels.js';
import { dropAll } from '../persistence/drop-all.js';
import { FileLoading } from '../persistence/file-loading.js';
import { ASYNC_LOADING, LOADING } from '../persistence/gates.js';
import type { Persistence } from '../persistence/persistence.js';
import { type KeyspaceTarget, targetOf } from '../persistence/rdb-target.js';
import type { ReceivedFile } from '../persistence/received-file.js';
import type { Session } from '../session.js';
import {
  type Arrival,
  type ArrivalOutcome,
  type Destination,
  type FileIntake,
  SpooledArrival,
  StreamedArrival,
} from './arrival.js';
import { HandshakeRefused } from './handshake.js';
import { LibraryCollector } from './library-collector.js';
import { Payload } from './payload.js';

export interface IntakeHost {
  readonly config: Config;
  readonly keyspace: Keyspace;
  readonly context: { readonly encodingLimits: EncodingLimits };
  readonly functions: FunctionLibraries | null;
  readonly observers: Observers;
  readonly persistence: Persistence;
  states: number;
  receive(session: Session, bytes: Buffer, start: number, end: number): number;
  log(level: number, message: string): void;
  sleep(ms: number): void;
}

export class Intake {
  readonly #host: IntakeHost;
  /** The data are about to go: what comes is another history. */
  readonly #dataGo: () => void;

  constructor(host: IntakeHost, dataGo: () => void) {
    this.#host = host;
    this.#dataGo = dataGo;
  }

  /**
   * A snapshot is about to come.
   * @param line that announces it
   * @param continuesData the data here are of the same history: while they are being replaced they may be read
   * @throws BadFormat, HandshakeRefused when it can't be taken in
   */
  expect(line: string, continuesData: boolean, outcome: ArrivalOutcome): Arrival {
    const { config, keyspace, persistence } = this.#host;
    const way = config.get('repl-diskless-load');
    if (way === 'swapdb') {
      return this.#streamed(line, () => this.#besideData(continuesData), outcome);
    }
    const isEmpty = keyspace.databases.every(({ size }) => size === 0);
    if (!persistence.rdb.hasDisk || (way === 'on-empty-db' && isEmpty)) {
      return this.#streamed(line, () => this.#inPlaceOfData(), outcome);
    }
    try {
      const open = (finished: (error: Error | null) => void): ReceivedFile =>
        persistence.rdb.receive(finished);
      return new SpooledArrival(line, open, this.#fileIntake(), outcome);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof BadFormat) throw error;
      throw new HandshakeRefused(
        `Opening the temp file needed for MASTER <-> REPLICA synchronization: ${error.message}`,
      );
    }
  }

  /** Runs a part of the stream. @returns bytes consumed */
  run(session: Session, bytes: Buffer, start: number, end: number): number {
    const { keyspace } = this.#host;
    // The master decides what has expired.
    keyspace.expiryIgnored = true;
    try {
      return this.#host.receive(session, bytes, start, end);
    } finally {
      keyspace.expiryIgnored = false;
    }
  }

  /** The append-only file begins anew with the data that are there now, if that is to be and isn't yet. */
  restartFile(): void {
    const { config, persistence } = this.#host;
    try {
      persistence.aof.turn(config.get('appendonly'));
    } catch (error) {
      if (!(error instanceof ConfigMistake)) throw error;
      this.#host.log(WARNING, `After a synchronization: ${error.reason}`);
    }
  }

  #streamed(line: string, begin: () => Destination, outcome: ArrivalOutcome): Arrival {
    const { config } = this.#host;
    const destination = begin();
    try {
      const loader = new RdbFileLoader(destination.target, config.get('rdbchecksum'));
      return new StreamedArrival(new Payload(line, loader), destination, outcome);
    } catch (error) {
      if (error instanceof Error) destination.failed(error);
      throw error;
    }
  }

  /** The data go before the first byte of others comes. */
  #inPlaceOfData(): Destination {
    this.#host.states |= LOADING;
    const target = this.#emptied();
    return {
      target,
      succeeded: () => {
        this.#host.states &= ~LOADING;
        this.#succeeded();
      },
      failed: () => {
        this.#host.states &= ~LOADING;
        dropAll(this.#host);
      },
    };
  }

  /** The data stay until the others are whole. @param mayBeRead they are of the same history */
  #besideData(mayBeRead: boolean): Destination {
    const host = this.#host;
    const { keyspace, observers, persistence } = host;
    const state = mayBeRead ? ASYNC_LOADING : LOADING;
    // No snapshot may begin before these data are the server's, and one that is being taken is of no use any more.
    persistence.snapshots.cancel();
    const libraries = new LibraryCollector(host.functions);
    const databases = keyspace.beginReplacement();
    host.states |= state;
    const { config, context } = host;
    const target = targetOf(
      { config, keyspace, context, functions: libraries, sleep: (ms) => host.sleep(ms) },
      { keepsExpired: true, databases },
    );
    return {
      target,
      succeeded: () => {
        host.states &= ~state;
        this.#dataGo();
        persistence.aof.turn(false);
        if (observers.mask !== 0) {
          for (const db of keyspace.databases) observers.databaseReplacing(db, null);
          for (const db of keyspace.databases) observers.databaseReplacing(db, databases[db.id]);
        }
        keyspace.useReplacement();
        libraries.replaceAll();
        this.#succeeded();
      },
      failed: () => {
        host.states &= ~state;
        keyspace.dropReplacement();
        host.log(NOTICE, 'MASTER <-> REPLICA sync: Discarding temporary DB in background');
      },
    };
  }

  #fileIntake(): FileIntake {
    const { persistence, config } = this.#host;
    return {
      begin: () => {
        persistence.rdb.cancel();
        return this.#emptied();
      },
      load: (file, target, done) => {
        const source = openOr(file, done);
        if (source === null) return;
        const loader = new RdbFileLoader(target, config.get('rdbchecksum'));
        const stepBytes = config.get('loading-process-events-interval-bytes');
        persistence.load(new FileLoading(source, loader, stepBytes), done);
      },
      end: (file, error) => {
        if (error !== null) {
          dropAll(this.#host);
          file.remove();
          return;
        }
        this.#keep(file);
        this.#succeeded();
      },
    };
  }

  /** The file is the server's own from now on, where anything is to be kept. */
  #keep(file: ReceivedFile): void {
    try {
      file.keep();
      this.#host.persistence.rdb.dropIfUnwanted();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#host.log(
        WARNING,
        `Failed trying to rename the temp DB into ${this.#host.config.get('dbfilename')} in MASTER <-> REPLICA synchronization: ${error.message}`,
      );
    }
  }

  /** All data go, and a snapshot comes. @returns where it goes */
  #emptied(): KeyspaceTarget {
    this.#host.log(NOTICE, 'MASTER <-> REPLICA sync: Flushing old data');
    this.#dataGo();
    // The append-only file: what it has goes away, and what comes is no change that it would be told of.
    this.#host.persistence.aof.turn(false);
    dropAll(this.#host);
    this.#host.log(NOTICE, 'MASTER <-> REPLICA sync: Loading DB in memory');
    return targetOf(this.#host, { keepsExpired: true });
  }

  #succeeded(): void {
    this.#host.log(NOTICE, 'MASTER <-> REPLICA sync: Finished with success');
    this.restartFile();
  }
}

function openOr(file: ReceivedFile, failed: (error: Error) => void) {
  try {
    return file.open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    failed(error);
    return null;
  }
}
