/**
 * Where a server's memory is, for INFO memory, MEMORY STATS and MEMORY DOCTOR.
 *
 * What counts as used is what this program accounts for to the byte: the blocks that the arena handed out, the
 * objects of large collections, and what clients make it keep. What V8 needs for itself shows in the resident size
 * and in fields of januskv's own; garbage not yet collected is nobody's data.
 */
import type { DatabaseFigures, Memory, MemoryFigures } from '../../commands/services/memory.js';
import type { Database } from '../../engine/database.js';
import type { Keyspace } from '../../engine/keyspace.js';
import { clientBytes, clientTypeOf } from '../clients/client-line.js';
import type { Session } from '../session.js';
import type { ProcessFacts } from './process-facts.js';

/** A bucket of a dict is a cache line. */
const BUCKET_BYTES = 64;
/** A key that expires: its time, and its reference. */
const EXPIRY_BYTES = 12;

export interface MemoryHost {
  readonly keyspace: Keyspace;
  readonly process: ProcessFacts;
  readonly sessions: ReadonlyMap<number, Session>;
  readonly replication: {
    readonly replicas: { readonly backlog: { readonly capacityBytes: number } | null };
  };
  readonly scripting: { readonly sourceBytes: number };
  readonly functions: { readonly sourceBytes: number };
  readonly persistence: { readonly aof: { readonly log: { readonly pendingBytes: number } | null } };
}

/** What clients make the server keep. */
interface ClientFigures {
  readonly clients: number;
  readonly replicas: number;
}

export class MemoryReport implements Memory {
  readonly #host: MemoryHost;
  readonly #startup: number;
  #peak: number;

  constructor(host: MemoryHost) {
    this.#host = host;
    this.#startup = host.keyspace.usedBytes();
    this.#peak = this.#startup;
  }

  /** Called at every tick, so that a peak between two reports is seen. */
  tick(): void {
    const used = this.#host.keyspace.usedBytes();
    if (used > this.#peak) this.#peak = used;
  }

  /**
   * What counts for `maxmemory` besides the data. What waits for replicas and the append-only file doesn't: were keys evicted
   * for it, they would have to be told of that, too.
   */
  countedOverheadBytes(): number {
    return this.#clientFigures().clients + this.#fixedBytes();
  }

  figures(): MemoryFigures {
    const { keyspace, process, replication, scripting, functions } = this.#host;
    const { clients, replicas } = this.#clientFigures();
    const aofBuffer = this.#host.persistence.aof.log?.pendingBytes ?? 0;
    const besides = clients + replicas + aofBuffer + this.#fixedBytes();
    const used = keyspace.usedBytes() + besides;
    this.#peak = Math.max(this.#peak, used);
    const databases = keyspace.databases.map(figuresOf);
    const overhead = databases.reduce((sum, { index, expiry }) => sum + index + expiry, besides);
    const heap = process.heapBytes();
    return {
      backlog: replication.replicas.backlog?.capacityBytes ?? 0,
      replicas,
      aofBuffer,
      scripts: scripting.sourceBytes,
      functions: functions.sourceBytes,
      used,
      peak: this.#peak,
      startup: this.#startup,
      overhead,
      dataset: Math.max(0, used - overhead),
      clients,
      databases: databases.filter(({ keys }) => keys > 0),
      arenaUsed: keyspace.arena.usedBytes,
      arenaReserved: keyspace.arena.reservedBytes,
      resident: process.residentBytes(),
      heapUsed: heap.used,
      heapTotal: heap.total,
    };
  }

  #clientFigures(): ClientFigures {
    let clients = 0;
    let replicas = 0;
    for (const session of this.#host.sessions.values()) {
      const bytes = clientBytes(session, 0);
      if (clientTypeOf(session) === 'replica') replicas += bytes;
      else clients += bytes;
    }
    return { clients, replicas };
  }

  #fixedBytes(): number {
    const { replication, scripting, functions } = this.#host;
    return (replication.replicas.backlog?.capacityBytes ?? 0) + scripting.sourceBytes + functions.sourceBytes;
  }
}

function figuresOf(db: Database): DatabaseFigures {
  return {
    id: db.id,
    keys: db.size,
    index: db.index.bucketCount * BUCKET_BYTES,
    expiry: db.expiring * EXPIRY_BYTES,
  };
}
