/**
 * How a restart goes on in the stream of replication: a file says where the stream was when its data were saved, in
 * the auxiliary fields that Redis has for it.
 *
 *     repl-stream-db   database that the stream goes on with
 *     repl-id          name of the history
 *     repl-offset      bytes of its stream that the data contain
 *
 * A replica asks its master to go on from there. A master begins a history that continues the one in the file, so that
 * replicas that were no further come back without a snapshot.
 */
import { Reply } from '../../protocol/reply.js';
import type { Config } from '../config/config.js';
import type { AuxField } from '../persistence/snapshots.js';
import type { History } from './history.js';
import type { Replicas } from './replicas.js';

const ID_BYTES = 40;

export interface ResumptionHost {
  readonly config: Config;
  readonly history: History;
  readonly replicas: Replicas;
  readonly isReplica: boolean;
  readonly streamDatabase: number;
  resumedDatabase: number;
  streamWanted(isWanted: boolean): void;
}

/** What a loaded file says, and which of its keys were left out because their time had come. */
export interface LoadedFile {
  readonly auxFields: ReadonlyMap<string, string>;
  readonly expiredCount: number;
  readonly expiredKeys: readonly { readonly databaseId: number; readonly key: Buffer }[];
}

/** Of the data as they are now; none when nobody can have followed them. */
export function fieldsOf({ history, replicas, isReplica, streamDatabase }: ResumptionHost): AuxField[] {
  if (isReplica ? !history.isShared : replicas.backlog === null) return [];
  replicas.flush();
  // Before the next change the stream says which database it is for, unless it has said so.
  const database = isReplica ? streamDatabase : Math.max(0, replicas.selectedDb);
  return [
    ['repl-stream-db', database],
    ['repl-id', history.id],
    ['repl-offset', replicas.offset],
  ];
}

export function resume(host: ResumptionHost, { auxFields, expiredCount, expiredKeys }: LoadedFile): void {
  const id = auxFields.get('repl-id') ?? '';
  const offset = Number(auxFields.get('repl-offset') ?? Number.NaN);
  const database = Number(auxFields.get('repl-stream-db') ?? Number.NaN);
  if (id.length !== ID_BYTES || !(offset >= 0 && database >= 0)) return;
  const { history, replicas } = host;
  if (host.config.get('replicaof') !== '') {
    replicas.resume(offset);
    history.adopt(id);
    host.resumedDatabase = database;
    return;
  }
  // Replicas would keep for ever what was left out here and is not told to them.
  if (expiredKeys.length < expiredCount) return;
  replicas.resume(offset);
  history.descend(id, offset);
  host.streamWanted(true);
  const stream = new Reply();
  for (const { databaseId, key } of expiredKeys) {
    if (databaseId !== replicas.selectedDb) {
      replicas.selectedDb = databaseId;
      writeRequest(stream, Buffer.from('SELECT'), Buffer.from(String(databaseId)));
    }
    writeRequest(stream, Buffer.from('DEL'), key);
  }
  replicas.feed(stream.bytes, 0, stream.length);
}

function writeRequest(stream: Reply, ...words: readonly Buffer[]): void {
  stream.array(words.length);
  for (const word of words) stream.bulk(word, 0, word.length);
}
