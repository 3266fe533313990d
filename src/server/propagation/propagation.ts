/**
 * The stream of effects that makes others equal to this server: every change to the data as commands that have the
 * same effect whenever and wherever they run. The append-only file and replicas listen to it (sink.ts).
 *
 * While nobody listens nothing is done: the dispatcher's mask keeps `ran` from being called. Otherwise a request that
 * changed something is passed on as it came, or as what its handler put in its place (commands/services/propagation.ts);
 * keys that went by themselves are passed on as DEL.
 *
 * Effects gather in a unit until the request, transaction or script at hand is over: then the listeners get it whole.
 */
import type { Argv } from '../../commands/argv.js';
import type { Context } from '../../commands/context.js';
import { TOUCHES_ARBITRARY_KEYS } from '../../commands/flags.js';
import type { Effect, Propagation as PropagationService } from '../../commands/services/propagation.js';
import type { CommandTable } from '../../commands/table.js';
import type { Database } from '../../engine/database.js';
import { keyLength, keyStart } from '../../engine/entry.js';
import type { Keyspace } from '../../engine/keyspace.js';
import type { Session } from '../session.js';
import { type PropagationSink, TO_FILE, TO_REPLICAS } from './sink.js';
import { Unit } from './unit.js';

const TO_ALL = TO_FILE | TO_REPLICAS;

/** What propagation needs of its server. */
export interface PropagationHost {
  readonly keyspace: Keyspace;
  readonly table: CommandTable;
  readonly context: Context;
  readonly serving: {
    /** A command of a transaction or a script is being run. */
    readonly isInsideAtomic: boolean;
  };
  /** Whether `ran` has to be called after each request. */
  propagates(isWanted: boolean): void;
}

export class Propagation implements PropagationService {
  isWanted = false;
  /** Units so far, ever: a session's `lastUnit` is the one its last write is in. */
  unitCount = 0;
  /** `lazyfree-lazy-expire` and `lazyfree-lazy-eviction`: others shall free what went in the background. */
  unlinksExpired = false;
  unlinksEvicted = false;
  /** What expires now belongs to no request: each key is a unit of its own. */
  isBetweenRequests = false;

  readonly #host: PropagationHost;
  readonly #sinks: PropagationSink[] = [];
  readonly #unit = new Unit();
  /** `context.dirty` as of the last request. */
  #dirtySeen = 0;
  /** The request at hand isn't passed on as it came. */
  #isReplaced = false;
  /** TO_ bits: the request at hand is passed on to these whether it changed something or not. */
  #forcedTo = 0;

  constructor(host: PropagationHost) {
    this.#host = host;
  }

  /** From the next request on this one listens. Not to be called while a request is being run. */
  attach(sink: PropagationSink): void {
    this.#sinks.push(sink);
    this.#settle();
  }

  detach(sink: PropagationSink): void {
    const index = this.#sinks.indexOf(sink);
    if (index >= 0) this.#sinks.splice(index, 1);
    this.#settle();
  }

  /** A command that is no effect of anything, as it is: without a SELECT, and not for the append-only file. */
  sendToReplicas(bytes: Buffer, length: number): void {
    for (const sink of this.#sinks) {
      if ((sink.target & TO_REPLICAS) === 0) continue;
      sink.beginUnit();
      sink.write(bytes, 0, length);
    }
  }

  begin(db: Database, wordCount: number): Effect {
    this.#isReplaced = true;
    return this.#unit.begin(db.id, TO_ALL, wordCount);
  }

  beginExpired(db: Database): Effect {
    return this.begin(db, 2).word(this.unlinksExpired ? 'UNLINK' : 'DEL');
  }

  suppress(): void {
    this.#isReplaced = true;
  }

  force(): void {
    this.#forcedTo = TO_ALL;
  }

  forceToReplicas(): void {
    this.#forcedTo = TO_REPLICAS;
  }

  /** A command was run, by itself or in a transaction or script; also one that left its client waiting. */
  ran(session: Session, id: number, argv: Argv): void {
    const { context, table, serving } = this.#host;
    this.#unit.dropPartial();
    const targets = context.dirty === this.#dirtySeen ? this.#forcedTo : TO_ALL;
    if (targets !== 0 && !this.#isReplaced) this.#unit.request(context.db.id, targets, argv);
    this.#dirtySeen = context.dirty;
    this.#isReplaced = false;
    this.#forcedTo = 0;
    if (this.#unit.count === 0) return;
    session.lastUnit = this.unitCount + 1;
    if (!serving.isInsideAtomic) this.#end((table.flagsOf[id] & TOUCHES_ARBITRARY_KEYS) === 0);
  }

  /** Whatever `work` does is passed on to nobody: it is known to all, or comes from where they get theirs. */
  silently(work: () => void): void {
    const { isWanted } = this;
    const isReplaced = this.#isReplaced;
    const forcedTo = this.#forcedTo;
    this.isWanted = false;
    try {
      work();
    } finally {
      this.isWanted = isWanted;
      this.#isReplaced = isReplaced;
      this.#forcedTo = forcedTo;
    }
  }

  /** A key's time came: called before it goes. */
  expired(databaseId: number, entry: number): void {
    if (!this.isWanted) return;
    this.#removed(databaseId, entry, this.unlinksExpired);
    if (this.isBetweenRequests) this.#end(false);
  }

  /** A key goes to make room, before the request that needs it. */
  evicted(databaseId: number, entry: number): void {
    if (!this.isWanted) return;
    this.#removed(databaseId, entry, this.unlinksEvicted);
    if (!this.#host.serving.isInsideAtomic) this.#end(false);
  }

  /** Between requests: hands over what no request was the reason for. */
  endBatch(): void {
    if (this.#unit.count > 0) this.#end(false);
  }

  #removed(databaseId: number, entry: number, isLazy: boolean): void {
    const { arena } = this.#host.keyspace;
    const start = keyStart(arena, entry);
    this.#unit
      .begin(databaseId, TO_ALL, 2)
      .word(isLazy ? 'UNLINK' : 'DEL')
      .bytes(arena.bytesOf(entry), start, start + keyLength(arena, entry));
  }

  #end(isAtomic: boolean): void {
    this.unitCount++;
    for (const sink of this.#sinks) this.#unit.deliver(sink, isAtomic);
    this.#unit.clear();
  }

  #settle(): void {
    const isWanted = this.#sinks.length > 0;
    if (isWanted === this.isWanted) return;
    this.isWanted = isWanted;
    this.#dirtySeen = this.#host.context.dirty;
    this.#isReplaced = false;
    this.#forcedTo = 0;
    this.#unit.clear();
    this.#host.propagates(isWanted);
  }
}
