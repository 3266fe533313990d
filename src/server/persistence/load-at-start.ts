/**
 * What is on the disk when the server starts: the append-only file, if there is to be one, or else the file of a snapshot. What
 * is there and can't be read keeps the server from starting, since it would write over it.
 */
import type { Clock } from '../../base/clock.js';
import type { Config } from '../config/config.js';
import { NOTICE, WARNING } from '../log-levels.js';
import type { AppendOnlyFile } from './append-only-file.js';
import type { Loading } from './loading.js';
import type { RdbFile, RdbLoad } from './rdb-file.js';
import type { KeyspaceTarget } from './rdb-target.js';

export interface StartHost {
  readonly clock: Clock;
  readonly config: Config;
  log(level: number, message: string): void;
}

export interface StartFiles {
  readonly rdb: RdbFile;
  readonly aof: AppendOnlyFile;
  /** Loads in ticks, while commands are refused. */
  load(loading: Loading, done: (error: Error | null) => void): void;
  /** The file of a snapshot was read whole. */
  loadedFile(target: KeyspaceTarget): void;
}

/** The server can't start: there are data, and nobody knows what they are. */
class UnreadableFile extends Error {
  readonly code = 'ERR_UNREADABLE_FILE';

  constructor(reason: string) {
    super(`Fatal error loading the DB: ${reason}`);
  }
}

/**
 * @param done told at the end: null when all is there, or there was nothing
 * @throws UnreadableFile
 */
export function loadAtStart(host: StartHost, files: StartFiles, done: (error: Error | null) => void): void {
  if (host.config.get('appendonly')) loadAof(host, files, done);
  else loadRdb(host, files, done);
}

function loadRdb(host: StartHost, files: StartFiles, done: (error: Error | null) => void): void {
  const load = openRdb(host, files.rdb);
  if (load === null) {
    done(null);
    return;
  }
  const startedMs = host.clock.wallMs();
  files.load(load.loading, (error) => {
    if (error !== null) {
      done(fatal(host, `${files.rdb.path}: ${error.message}`));
      return;
    }
    files.rdb.loaded(load);
    files.loadedFile(load.target);
    tellLoaded(host, load.target, host.clock.wallMs() - startedMs);
    done(null);
  });
}

/** @throws UnreadableFile */
function openRdb(host: StartHost, rdb: RdbFile): RdbLoad | null {
  try {
    // A replica waits for its master to remove what expired.
    return rdb.open({ keepsExpired: host.config.get('replicaof') !== '' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw fatal(host, error.message);
  }
}

function tellLoaded(host: StartHost, target: KeyspaceTarget, elapsedMs: number): void {
  const { loadedCount, expiredCount, emptyCount, emptyKeys, auxFields } = target;
  const producer = auxFields.get('redis-ver') ?? auxFields.get('valkey-ver');
  if (producer !== undefined) host.log(NOTICE, `Loading RDB produced by version ${producer}`);
  for (const key of emptyKeys)
    host.log(NOTICE, `rdbLoadObject skipping empty key: ${key.toString('latin1')}`);
  const counts = `keys loaded: ${loadedCount}, keys expired: ${expiredCount}`;
  const skipped = emptyCount === 0 ? '' : `, empty keys skipped: ${emptyCount}`;
  host.log(NOTICE, `Done loading RDB, ${counts}${skipped}.`);
  host.log(NOTICE, `DB loaded from disk: ${(elapsedMs / 1000).toFixed(3)} seconds`);
}

/** Reads the append-only file, then goes on writing it. */
function loadAof(host: StartHost, files: StartFiles, done: (error: Error | null) => void): void {
  const { aof } = files;
  const loaded = (error: Error | null): void => {
    let trouble = error;
    try {
      // Who connected meanwhile may have turned it off.
      if (trouble === null && host.config.get('appendonly')) aof.start();
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      trouble = thrown;
    }
    done(trouble === null ? null : fatal(host, trouble.message));
  };
  let loading: Loading | null = null;
  try {
    loading = aof.open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    loaded(error);
    return;
  }
  if (loading === null) loaded(null);
  else files.load(loading, loaded);
}

/** Also in the log: nobody may be looking at what the process says at its end. */
function fatal(host: StartHost, reason: string): UnreadableFile {
  const error = new UnreadableFile(reason);
  host.log(WARNING, error.message);
  return error;
}
