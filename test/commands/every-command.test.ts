/**
 * What holds for every command there is, found from its declaration alone: a new command is covered as soon as it
 * is in the table.
 */
import assert from 'node:assert/strict';
import { Argv } from '../../src/commands/argv.js';
import { GROUP_CATEGORY, NO_AUTH, NO_MULTI, NOT_KEY, WRITE } from '../../src/commands/flags.js';
import type { Client } from '../support/client.js';
import { MemoryServer, openConfig } from '../support/memory-server.js';
import { parseReply, type ReplyNode } from '../support/reply-node.js';
import type { Sample } from '../support/sample-request.js';
import { encodeRequest, show } from '../support/words.js';
import { type Command, commands, keys, MEANINGLESS, table } from './support/sampled-commands.js';

/** Redis' own specifications don't find the one key where the optional ones are absent. */
const KEYS_UNTOLD: ReadonlySet<string> = new Set(['PFMERGE']);

/** They tell of chance, or of the process, which goes on between two calls. */
const TELLS_OF_PROCESS: ReadonlySet<string> = new Set([
  'acl|genpass',
  'info',
  'memory|doctor',
  'memory|malloc-stats',
  'memory|stats',
]);

/** One of each type, by the group of the commands that work on it. */
const VALUE_OF: Readonly<Record<string, readonly string[]>> = {
  string: ['SET', 'key:1', '10'],
  list: ['RPUSH', 'key:1', 'a', 'b', '1'],
  hash: ['HSET', 'key:1', 'x', '1', 'field', 'a'],
  set: ['SADD', 'key:1', 'x', '1', 'a'],
  'sorted-set': ['ZADD', 'key:1', '1', 'x', '2', 'a'],
  stream: ['XADD', 'key:1', '1-1', 'x', 'a'],
};
const TYPE_OF_GROUP: Readonly<Record<string, string>> = {
  bitmap: 'string',
  hyperloglog: 'string',
  geo: 'sorted-set',
};

const has = (words: readonly string[]): boolean => table.byName(words[0].toLowerCase()) !== -1;

/** What makes the command's first key exist, with the type it wants, or null. */
function preparation({ declaration }: Command): readonly string[] | null {
  const words = VALUE_OF[TYPE_OF_GROUP[declaration.group] ?? declaration.group];
  return words !== undefined && has(words) ? words : null;
}

/** The reply, or null while the client is blocked. */
function run(client: Client, words: readonly string[]): Buffer | null {
  return exchange(client, encodeRequest(words));
}

function exchange(client: Client, ...pieces: readonly Buffer[]): Buffer | null {
  for (const piece of pieces) client.send(piece);
  return client.takeReply();
}

const byteByByte = (request: Buffer): Buffer[] => Array.from(request, (byte) => Buffer.of(byte));

/** A server for many samples, each of which finds it empty. */
class Bench {
  readonly memory = new MemoryServer({ config: openConfig() });
  client = this.memory.connect();

  /** What the last sample left is gone: its client, its keys, and its time. */
  reset(): Client {
    this.client.close();
    this.memory.advance(60_000);
    this.memory.tick();
    this.memory.removeKeys();
    this.client = this.memory.connect();
    return this.client;
  }

  get changes(): number {
    return this.memory.server.context.dirty;
  }
}

/**
 * Every sample, with its first key missing and with it there.
 * @param visit says what is wrong, or null
 */
function forEachSample(
  visit: (command: Command, sample: Sample, prepare: (client: Client) => void) => string | null,
): void {
  const failures: string[] = [];
  for (const command of commands) {
    const words = preparation(command);
    for (const sample of command.samples) {
      if (MEANINGLESS.has(sample.title)) continue;
      for (const before of words === null ? [null] : [null, words]) {
        const failure = visit(command, sample, (client) => {
          if (before !== null) run(client, before);
        });
        if (failure !== null) failures.push(`${sample.words.join(' ')}: ${failure}`);
      }
    }
  }
  assert.deepEqual(failures, []);
}

const shown = (reply: Buffer | null): string => (reply === null ? 'no reply' : show(reply));

describe('Every command', () => {
  it('refuses too few words, and too many where their number is fixed', () => {
    const client = new MemoryServer({ config: openConfig() }).connect();
    const failures: string[] = [];
    for (let id = 0; id < table.count; id++) {
      const name = table.names[id];
      const command = name.split('|');
      const arity = table.arityOf[id];
      // EXEC says what its refusal means for the transaction.
      const code = name === 'exec' ? 'EXECABORT Transaction discarded because of:' : 'ERR';
      const expected = `-${code} wrong number of arguments for '${name}' command\r\n`;
      const counts = arity > 0 ? [arity - 1, arity + 1] : [-arity - 1];
      for (const count of counts.filter((words) => words >= command.length)) {
        const words = [...command, ...Array.from({ length: count - command.length }, () => 'x')];
        const reply = run(client, words);
        // Of a container, an extra word is a subcommand.
        if (reply?.toString() !== expected) failures.push(`${words.join(' ')}: ${shown(reply)}`);
      }
    }
    assert.deepEqual(failures, []);
  });

  it('with subcommands refuses one that it doesn’t have', () => {
    const client = new MemoryServer({ config: openConfig() }).connect();
    for (const [id, subcommands] of table.subcommandsOf.entries()) {
      if (subcommands === null) continue;
      const name = table.names[id];
      const expected = `-ERR unknown subcommand 'Nothing'. Try ${name.toUpperCase()} HELP.\r\n`;
      assert.equal(shown(run(client, [name, 'Nothing'])), show(Buffer.from(expected)));
    }
  });

  it('takes what its declaration says', () => {
    const bench = new Bench();
    forEachSample((_command, sample, prepare) => {
      const client = bench.reset();
      prepare(client);
      const reply = run(client, sample.words);
      return /^-.*(syntax|wrong number of arguments|unknown subcommand|unrecognized)/i.test(
        reply?.toString() ?? '',
      )
        ? shown(reply)
        : null;
    });
  });

  it('has its keys where its declaration says', () => {
    const failures: string[] = [];
    for (const { id, samples } of commands) {
      for (const { words, title } of samples) {
        if (
          MEANINGLESS.has(title) ||
          KEYS_UNTOLD.has(title) ||
          table.keySpecsOf[id].some((spec) => spec.flags & NOT_KEY)
        )
          continue;
        const found: number[] = [];
        keys.find(id, new Argv().assign(words), (index) => found.push(index));
        const expected = [...words.keys()].filter((index) => words[index].startsWith('key:'));
        found.sort((a, b) => a - b);
        if (`${found}` !== `${expected}`)
          failures.push(`${words.join(' ')}: ${found} instead of ${expected}`);
      }
    }
    assert.deepEqual(failures, []);
  });

  it('replies the same when its request comes byte by byte', () => {
    const benches = [new Bench(), new Bench()];
    forEachSample(({ name }, { words }, prepare) => {
      if (TELLS_OF_PROCESS.has(name)) return null;
      const [whole, split] = benches.map((bench) => bench.reset());
      prepare(whole);
      prepare(split);
      const expected = run(whole, words);
      const reply = exchange(split, ...byteByByte(encodeRequest(words)));
      return shown(reply) === shown(expected) ? null : `${shown(reply)} instead of ${shown(expected)}`;
    });
  });

  it('speaks RESP2 to those who speak RESP2', () => {
    const bench = new Bench();
    forEachSample((_command, { words }, prepare) => {
      const client = bench.reset();
      prepare(client);
      const reply = run(client, words);
      const isHello3 = words[0] === 'HELLO' && words[1] === '3';
      const foreign = reply === null || isHello3 ? [] : foreignTypes(parseReply(reply));
      return foreign.length === 0 ? null : `types ${foreign.join(' ')}`;
    });
  });

  it('changes data only if it says so', () => {
    const bench = new Bench();
    forEachSample(({ id }, { words }, prepare) => {
      const client = bench.reset();
      prepare(client);
      const before = bench.changes;
      run(client, words);
      const mayChange = (table.flagsOf[id] & WRITE) !== 0;
      return mayChange || bench.changes === before ? null : 'it changed data';
    });
  });

  it('leaves no memory behind', () => {
    const bench = new Bench();
    forEachSample((_command, { words }, prepare) => {
      prepare(bench.reset());
      run(bench.client, words);
      bench.client.close();
      try {
        bench.memory.assertNoLeak();
        return null;
      } catch (error) {
        return String(error);
      }
    });
  });

  it('refuses a key of another type, and changes nothing', () => {
    const failures: string[] = [];
    const bench = new Bench();
    for (const command of commands) {
      const words = wrongTypeRequest(command);
      if (words === null) continue;
      const client = bench.reset();
      run(client, wrongValueFor(command));
      const before = bench.changes;
      const reply = run(client, words);
      if (!reply?.toString().startsWith('-WRONGTYPE ')) failures.push(`${words.join(' ')}: ${shown(reply)}`);
      if (bench.changes !== before) failures.push(`${words.join(' ')}: it changed data`);
    }
    assert.deepEqual(failures, []);
  });

  it('runs in a transaction as it runs alone', () => {
    const benches = [new Bench(), new Bench()];
    forEachSample((command, { words }, prepare) => {
      if (!mayBeQueued(command)) return null;
      const [alone, queued] = benches.map((bench) => bench.reset());
      prepare(alone);
      prepare(queued);
      const expected = run(alone, words);
      run(queued, ['MULTI']);
      const answer = run(queued, words);
      if (answer?.toString() !== '+QUEUED\r\n') return `not queued: ${shown(answer)}`;
      const reply = run(queued, ['EXEC']);
      // Alone it waits; in a transaction nothing may wait.
      if (expected === null) return null;
      const wrapped = Buffer.concat([Buffer.from('*1\r\n'), expected]);
      return shown(reply) === shown(wrapped) ? null : `${shown(reply)} instead of ${shown(wrapped)}`;
    });
  });

  it('asks for authentication first, but for those that give it', () => {
    const memory = new MemoryServer({ config: openConfig() });
    run(memory.connect(), ['CONFIG', 'SET', 'requirepass', 'secret']);
    const failures: string[] = [];
    for (const { id, samples } of commands) {
      const reply = run(memory.connect(), samples[0].words);
      const isRefused = /^-.*NOAUTH Authentication required\.\r\n$/.test(reply?.toString() ?? '');
      const isOpen = (table.flagsOf[id] & NO_AUTH) !== 0;
      // HELLO tells it in words of its own.
      if (isRefused === isOpen && samples[0].words[0] !== 'HELLO')
        failures.push(`${samples[0].title}: ${shown(reply)}`);
    }
    assert.deepEqual(failures, []);
  });
});

const RESP2_TYPES = '+-:$*';

function foreignTypes(node: ReplyNode): string[] {
  const own = RESP2_TYPES.includes(node.type) ? [] : [node.type];
  return [...own, ...(node.items ?? []).flatMap(foreignTypes)];
}

/** Commands that take a key of any type, write over it, or say it in words of their own. */
const TYPE_IS_NO_MATTER = new Set([
  'lcs',
  'set',
  'setex',
  'psetex',
  'setnx',
  'mset',
  'msetnx',
  'mget',
  'getdel',
  'bitop',
]);

/** A sample whose first key is one that the command reads as its group's type; null when it reads none. */
function wrongTypeRequest(command: Command): readonly string[] | null {
  const { id, name, declaration, samples } = command;
  if (preparation(command) === null || TYPE_IS_NO_MATTER.has(name)) return null;
  if ((GROUP_CATEGORY[declaration.group] ?? 0) === 0) return null;
  const { words } = samples[0];
  // A destination is written over, whatever it was.
  if (/store$/.test(name)) return null;
  return table.keySpecsOf[id].length > 0 && words.includes('key:1') ? words : null;
}

function wrongValueFor(command: Command): readonly string[] {
  const isString = preparation(command)?.[0] === 'SET';
  return isString && has(VALUE_OF.list) ? VALUE_OF.list : VALUE_OF.string;
}

/** Their replies tell of the connection's state, or they change it, or they can't be queued. */
const NOT_ALIKE_WHEN_QUEUED: ReadonlySet<string> = new Set([
  'acl|log',
  'multi',
  'exec',
  'discard',
  'watch',
  'quit',
  'reset',
  'hello',
  'client|list',
  'client|info',
  'client|kill',
  'client|reply',
  'latency|histogram',
  // Refused in a pipeline, which EXEC's reply makes of it.
  'script|debug',
  'monitor',
  'subscribe',
  'psubscribe',
  'ssubscribe',
  'unsubscribe',
  'punsubscribe',
  'sunsubscribe',
]);

function mayBeQueued({ id, name }: Command): boolean {
  if ((table.flagsOf[id] & NO_MULTI) !== 0) return false;
  return !NOT_ALIKE_WHEN_QUEUED.has(name) && !TELLS_OF_PROCESS.has(name);
}
