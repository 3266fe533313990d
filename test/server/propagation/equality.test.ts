/**
 * Random commands into one server, what it passes on into others: they have to hold the same. The first follower's
 * clock stands still, so that nothing of it expires unless it is told to.
 */
import assert from 'node:assert/strict';
import { MAY_REPLICATE, WRITE } from '../../../src/commands/flags.js';
import { families } from '../../differential/families/all.js';
import { chanceShape, type Family, type Request, shape, times, word } from '../../differential/grammar.js';
import { key, member } from '../../differential/pieces.js';
import { hasCommand } from '../../differential/run.js';
import { StepSource } from '../../differential/steps.js';
import type { Client } from '../../support/client.js';
import { type Dice, itRandomly } from '../../support/dice.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import { samplesOf } from '../../support/sample-request.js';
import { encodeRequest } from '../../support/words.js';
import { commandsOf, Leader, readable, serverIn2100 } from './leader.js';

const STEPS = 1500;
const STEPS_BETWEEN_LOOKS = 50;

/** What the families leave out, because two servers would draw different lots or read different clocks. */
const chances: Family = {
  name: 'chance',
  shapes: [
    shape(3, 'SADD', key, times(1, 6, member)),
    shape(3, 'SPOP', key),
    shape(3, 'SPOP', key, word('1', '2', '3', '9')),
    shape(2, 'SET', key, member, word('PX', 'EX'), word('1', '3', '50')),
    shape(2, 'PEXPIRE', key, word('1', '5', '-1', '100')),
    shape(2, 'GETEX', key, word('PX', 'EX'), word('1', '5', '100')),
    shape(2, 'RPUSH', key, times(1, 3, member)),
    shape(1, 'BLPOP', key, key, '1'),
    shape(1, 'BRPOP', key, key, '1'),
    shape(1, 'BLMOVE', key, key, word('LEFT', 'RIGHT'), word('LEFT', 'RIGHT'), '1'),
    shape(1, 'BRPOPLPUSH', key, key, '1'),
    shape(2, 'ZADD', key, word('1', '2', '3'), member),
    shape(1, 'BZPOPMIN', key, key, '1'),
    shape(1, 'BZMPOP', '1', '2', key, key, 'MAX', 'COUNT', word('1', '3')),
    shape(2, 'XADD', key, 'MAXLEN', '~', word('0', '1', '5'), '*', 'f', member),
    shape(2, 'XADD', key, '*', 'f', member),
    shape(1, 'XGROUP CREATE', key, word('g', 'h'), word('$', '0'), 'MKSTREAM'),
    shape(2, 'XREADGROUP', 'GROUP', word('g', 'h'), word('c', 'd'), 'STREAMS', key, word('>', '>', '0')),
    shape(1, 'XREADGROUP', 'GROUP', 'g', 'c', 'NOACK', 'STREAMS', key, '>'),
    shape(1, 'XCLAIM', key, word('g', 'h'), word('c', 'd'), '0', word('1-1', '2-1')),
    shape(1, 'XAUTOCLAIM', key, word('g', 'h'), word('c', 'd'), '0', '0'),
    shape(1, 'DEL', key),
    shape(1, 'RANDOMKEY'),
    shape(1, 'FLUSHALL'),
    shape(1, 'SELECT', word('0', '1')),
    shape(1, 'SWAPDB', '0', '1'),
    shape(1, 'MOVE', key, word('0', '1')),
    chanceShape(1, 'SRANDMEMBER', key),
  ],
};

/** Words that close a connection, wait for others, or hold the server up. */
const UNWANTED = new Set([
  'quit',
  'shutdown',
  'debug',
  'reset',
  'client',
  'subscribe',
  'psubscribe',
  'ssubscribe',
  'monitor',
  'hello',
  'auth',
  'multi',
  'exec',
  'discard',
  'watch',
]);

/** Distances that are stored may differ in the last place between januskv and Redis. */
const isWanted = (request: Request, isOurs: boolean): boolean =>
  !UNWANTED.has(String(request[0]).toLowerCase()) &&
  (isOurs || !request.some((word) => String(word).toUpperCase() === 'STOREDIST'));

/** Now and then as a transaction, and now and then from a script. */
function framed(requests: readonly Request[], dice: Dice, isOurs: boolean): Request[] {
  const wanted = requests.filter((request) => isWanted(request, isOurs));
  if (isOurs && dice.oneIn(6)) {
    return wanted.map((request) => [
      'EVAL',
      "redis.pcall('INCR', 'scripted') return redis.pcall(unpack(ARGV))",
      0,
      ...request,
    ]);
  }
  return dice.oneIn(6) ? [['MULTI'], ...wanted, ['EXEC']] : wanted;
}

const decimal = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value;

const digest = async (client: Client): Promise<string> => String(await client.call('DEBUG', 'DIGEST'));

/** Scores as numbers: Redis 7.0 writes them with 17 digits, in its digests as well, 7.2 as short as can be. */
async function scoresOf(client: Client, name: string): Promise<string> {
  const words = (await client.call('ZRANGE', name, 0, -1, 'WITHSCORES')) as string[];
  const isNumber = (word: string): boolean => Number.isFinite(Number(word));
  return words.map((word, index) => (index % 2 === 1 && isNumber(word) ? Number(word) : word)).join(' ');
}

/** Every key with all that others have to know of it. */
async function contents(client: Client): Promise<string> {
  const lines: string[] = [];
  for (const database of [0, 1]) {
    await client.call('SELECT', database);
    const keys = (await client.call('KEYS', '*')) as string[];
    for (const name of keys.map(String).sort()) {
      const type = await client.call('TYPE', name);
      const groups =
        type === 'stream' ? JSON.stringify(await client.call('XINFO', 'STREAM', name, 'FULL'), decimal) : '';
      const value =
        type === 'zset' ? await scoresOf(client, name) : await client.call('DEBUG', 'DIGEST-VALUE', name);
      lines.push(
        `${database} ${JSON.stringify(name)} ${type} ${value} until ${await client.call('PEXPIRETIME', name)} ${timeless(groups)}`,
      );
    }
  }
  await client.call('SELECT', 0);
  return lines.join('\n');
}

/**
 * Without what no stream of effects carries, when consumers were last seen and how nodes are laid out; and without the
 * time of deliveries, which no server takes that lies in its future.
 */
const timeless = (text: string): string =>
  text
    .replace(/"(seen-time|active-time|radix-tree-keys|radix-tree-nodes)",-?\d+,/g, '')
    .replace(/,\d{13},(\d+)\]/g, ',$1]');

/** Replies of errors fail the test. @param isOurs the follower is januskv, too */
async function follow(family: Family, dice: Dice, follower: Client, isOurs: boolean): Promise<void> {
  const leader = new Leader();
  const { memory, client } = leader;
  const source = new StepSource(family, dice, hasCommand);
  const history: string[] = [];
  for (let step = 0; step < STEPS && !source.isEmpty; step++) {
    for (const request of framed(source.next(), dice, isOurs)) {
      client.send(encodeRequest(request));
      history.push(request.map(String).join(' '));
    }
    // Whatever waits gives up.
    memory.advance(dice.oneIn(3) ? 2000 : dice.between(0, 3));
    memory.tick();
    await new Promise((resolve) => setImmediate(resolve));
    while (client.takeReply() !== null);
    if (step % STEPS_BETWEEN_LOOKS !== STEPS_BETWEEN_LOOKS - 1) continue;
    await compare(leader, follower, history);
    history.length = 0;
  }
}

async function compare(
  { inspector, recorder }: Leader,
  follower: Client,
  history: readonly string[],
  look = contents,
): Promise<void> {
  const ours = await look(inspector);
  // What expired during the comparison is passed on too.
  const stream = recorder.take();
  const told = (): string => `after:\n${history.join('\n')}\n\npassed on as ${readable(stream)}`;
  follower.send(stream);
  for (const command of commandsOf(stream)) {
    const reply = await follower.reply();
    assert.notEqual(reply[0], '-'.charCodeAt(0), `${reply} to ${command} ${told()}`);
  }
  recorder.selectedDb = -1;
  assert.equal(await look(follower), ours, told());
}

/** What the first two keys of a sample may hold: each command finds a type that it works on. */
const HOLDINGS: readonly (readonly (readonly string[])[])[] = [
  [],
  [
    ['SET', 'key:1', '10'],
    ['SET', 'key:2', '3', 'EX', '100'],
  ],
  [
    ['RPUSH', 'key:1', 'a', 'x', '1'],
    ['RPUSH', 'key:2', 'b'],
  ],
  [
    ['SADD', 'key:1', 'a', 'x', '1'],
    ['SADD', 'key:2', '1', '2'],
  ],
  [
    ['HSET', 'key:1', 'x', '1', 'field', '2'],
    ['HSET', 'key:2', 'a', 'b'],
  ],
  [
    ['ZADD', 'key:1', '1', 'x', '2', 'b'],
    ['ZADD', 'key:2', '1', 'x'],
  ],
  [
    ['PFADD', 'key:1', 'a', 'b'],
    ['PFADD', 'key:2', 'c'],
  ],
  [
    ['GEOADD', 'key:1', '13.4', '52.5', 'x'],
    ['GEOADD', 'key:2', '13.4', '52.5', 'x'],
  ],
  [
    ['XADD', 'key:1', '1-1', 'f', 'v'],
    ['XADD', 'key:1', '5-1', 'f', 'v'],
    ['XGROUP', 'CREATE', 'key:1', 'x', '0'],
  ],
];

describe('a server that is fed what another one passes on', () => {
  const { table } = new Leader().memory.server;
  const writing = table.declarations.flatMap((declaration, id) =>
    (table.flagsOf[id] & (WRITE | MAY_REPLICATE)) === 0 || 'subcommands' in declaration
      ? []
      : [{ name: table.names[id], samples: samplesOf(table.names[id], declaration) }],
  );

  it('holds the same after each way to call each command that writes, on keys of every type', async () => {
    const leader = new Leader();
    const follower = serverIn2100().connect();
    for (const { samples } of writing) {
      for (const { words } of samples) {
        for (const holding of HOLDINGS) {
          for (const request of [['FLUSHALL'], ...holding, words]) leader.client.send(encodeRequest(request));
          leader.memory.advance(2000);
          leader.memory.tick();
          await new Promise((resolve) => setImmediate(resolve));
          const history = [...holding, words].map((request) => request.join(' '));
          await compare(leader, follower, history, digest);
        }
      }
    }
  });

  for (const family of [...families, chances]) {
    itRandomly(`holds the same after random ${family.name} commands`, async (dice) => {
      await follow(family, dice, serverIn2100().connect(), true);
    });
  }
}).timeout(30_000);

describeWithReference('a redis-server that is fed what januskv passes on', () => {
  describe('over a socket', () => {
    let reference: ReferenceServer;
    before(async () => {
      reference = await startReference();
    });
    after(() => reference.stop());

    for (const family of [...families, chances]) {
      itRandomly(`holds the same after random ${family.name} commands`, async (dice) => {
        const follower = await reference.connect();
        await follower.call('FLUSHALL');
        await follow(family, dice, follower, false);
        await follower.quit();
      });
    }
  }).timeout(30_000);
});
