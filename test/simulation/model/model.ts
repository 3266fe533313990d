/**
 * What januskv should reply, kept in plain Maps: sessions, transactions, waiting and publishing over the data of
 * `keyspace.ts`. It is told which requests ran and in which order, and never how the server works; what it expects each
 * session to be sent gathers in `expected`.
 */
import { DATA_COMMANDS, popFirst } from './commands.js';
import { ModelKeyspace, WrongType } from './keyspace.js';
import { array, bulk, bulks, integer, nilArray, OK, push, type Resp, WRONG_TYPE } from './replies.js';

const BROKEN = '-ERR Protocol error: invalid bulk length\r\n';
const NESTED_MULTI = '-ERR MULTI calls can not be nested\r\n';
const EXEC_WITHOUT_MULTI = '-ERR EXEC without MULTI\r\n';
const DISCARD_WITHOUT_MULTI = '-ERR DISCARD without MULTI\r\n';

interface Wait {
  readonly keys: readonly string[];
  readonly end: 'shift' | 'pop';
  /** Monotonic clock. */
  readonly dueMs: number;
}

export class ModelSession {
  /** Bytes that it should have been sent, and that nobody compared yet. */
  expected = '';
  /** The server should close it. */
  isClosing = false;
  queue: (readonly string[])[] | null = null;
  readonly watched = new Map<string, number>();
  readonly channels = new Set<string>();
  wait: Wait | null = null;

  constructor(readonly resp: Resp) {}
}

export class Model {
  readonly keys = new ModelKeyspace();
  monotonicMs = 0;
  /** Sessions for which something is expected, or that should be closed. */
  readonly touched = new Set<ModelSession>();
  readonly #channels = new Map<string, Set<ModelSession>>();
  readonly #waiters = new Map<string, Set<ModelSession>>();
  #ready = new Set<string>();
  /** Messages for whoever runs a request go after its reply. */
  #pushes = '';

  constructor() {
    this.keys.listCame = (key) => {
      if (this.#waiters.has(key)) this.#ready.add(key);
    };
  }

  /** A request of a session ran, and everything that it caused. */
  run(session: ModelSession, words: readonly string[]): void {
    this.#expect(session, this.#request(session, words));
    this.#serveReady();
    this.#expect(session, this.#pushes);
    this.#pushes = '';
  }

  /** The server ticked: whoever waited long enough is told so. */
  tick(): void {
    const due = new Set([...this.#waiters.values()].flatMap((waiters) => [...waiters]));
    for (const session of due) {
      if (session.wait === null || session.wait.dueMs > this.monotonicMs) continue;
      this.#endWait(session);
      this.#expect(session, nilArray(session.resp));
    }
  }

  /** The request that ran broke the protocol. */
  refuse(session: ModelSession): void {
    this.#expect(session, BROKEN);
    session.isClosing = true;
  }

  /** The connection is gone. */
  forget(session: ModelSession): void {
    this.touched.delete(session);
    this.#endWait(session);
    for (const channel of session.channels) this.#leave(session, channel);
  }

  #expect(session: ModelSession, text: string): void {
    if (text === '') return;
    session.expected += text;
    this.touched.add(session);
  }

  #request(session: ModelSession, words: readonly string[]): string {
    const [name] = words;
    switch (name) {
      case 'MULTI':
        if (session.queue !== null) return NESTED_MULTI;
        session.queue = [];
        return OK;
      case 'EXEC':
        return this.#execute(session);
      case 'DISCARD':
        if (session.queue === null) return DISCARD_WITHOUT_MULTI;
        session.queue = null;
        session.watched.clear();
        return OK;
    }
    if (session.queue === null) return this.#command(session, words);
    session.queue.push(words);
    return '+QUEUED\r\n';
  }

  #execute(session: ModelSession): string {
    const { queue, watched } = session;
    if (queue === null) return EXEC_WITHOUT_MULTI;
    const isBroken = [...watched].some(([key, changes]) => this.keys.changesOf(key) !== changes);
    session.queue = null;
    watched.clear();
    if (isBroken) return nilArray(session.resp);
    return array(queue.map((words) => this.#command(session, words, true)));
  }

  #command(session: ModelSession, words: readonly string[], isInside = false): string {
    const [name, ...args] = words;
    switch (name) {
      case 'WATCH':
        for (const key of args) {
          if (!session.watched.has(key)) session.watched.set(key, this.keys.changesOf(key));
        }
        return OK;
      case 'UNWATCH':
        session.watched.clear();
        return OK;
      case 'SUBSCRIBE':
        return args.map((channel) => this.#subscribe(session, channel)).join('');
      case 'UNSUBSCRIBE':
        return args.map((channel) => this.#unsubscribe(session, channel)).join('');
      case 'PUBLISH':
        return this.#publish(session, args[0], args[1]);
      case 'QUIT':
        session.isClosing = true;
        return OK;
      case 'PING':
        if (session.resp === 2 && session.channels.size > 0) return bulks(['pong', '']);
    }
    try {
      if (name === 'BLPOP' || name === 'BRPOP') return this.#pop(session, words, isInside);
      return DATA_COMMANDS[name](this.keys, words, session.resp);
    } catch (thrown) {
      if (thrown instanceof WrongType) return WRONG_TYPE;
      throw thrown;
    }
  }

  #pop(session: ModelSession, [name, ...rest]: readonly string[], isInside: boolean): string {
    const end = name === 'BLPOP' ? 'shift' : 'pop';
    const keys = rest.slice(0, -1);
    const taken = popFirst(this.keys, keys, end);
    if (taken !== null) return bulks(taken);
    if (isInside) return nilArray(session.resp);
    const waitMs = Number(rest.at(-1)) * 1000;
    const dueMs = waitMs === 0 ? Number.POSITIVE_INFINITY : this.monotonicMs + waitMs;
    session.wait = { keys, end, dueMs };
    for (const key of keys) joined(this.#waiters, key, session);
    return '';
  }

  /** Keys in the order in which they became ready, clients in the order in which they came. */
  #serveReady(): void {
    while (this.#ready.size > 0) {
      const ready = this.#ready;
      this.#ready = new Set();
      for (const key of ready) {
        for (const session of [...(this.#waiters.get(key) ?? [])]) {
          if (session.wait === null || this.keys.get(key)?.type !== 'list') continue;
          this.#expect(session, this.#runAgain(session.wait));
          this.#endWait(session);
        }
      }
    }
  }

  /** As redis-server 7.2: the whole request runs again, and takes from the first key that it can. */
  #runAgain({ keys, end }: Wait): string {
    try {
      return bulks(popFirst(this.keys, keys, end) ?? []);
    } catch (thrown) {
      if (thrown instanceof WrongType) return WRONG_TYPE;
      throw thrown;
    }
  }

  #endWait(session: ModelSession): void {
    for (const key of session.wait?.keys ?? []) {
      const waiters = this.#waiters.get(key);
      waiters?.delete(session);
      if (waiters?.size === 0) this.#waiters.delete(key);
    }
    session.wait = null;
  }

  #subscribe(session: ModelSession, channel: string): string {
    session.channels.add(channel);
    joined(this.#channels, channel, session);
    return push(session.resp, [bulk('subscribe'), bulk(channel), integer(session.channels.size)]);
  }

  #unsubscribe(session: ModelSession, channel: string): string {
    this.#leave(session, channel);
    return push(session.resp, [bulk('unsubscribe'), bulk(channel), integer(session.channels.size)]);
  }

  #leave(session: ModelSession, channel: string): void {
    session.channels.delete(channel);
    this.#channels.get(channel)?.delete(session);
  }

  #publish(publisher: ModelSession, channel: string, text: string): string {
    const listeners = this.#channels.get(channel) ?? [];
    let count = 0;
    for (const session of listeners) {
      const message = push(session.resp, [bulk('message'), bulk(channel), bulk(text)]);
      if (session === publisher) this.#pushes += message;
      else this.#expect(session, message);
      count++;
    }
    return integer(count);
  }
}

function joined<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
