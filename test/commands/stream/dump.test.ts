/** Streams as DUMP and RESTORE have them, here and between januskv and redis-server. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { crc64 } from '../../../src/persistence/rdb/crc64.js';
import type { Client } from '../../support/client.js';
import { describeCommand } from '../../support/describe-command.js';
import { MemoryServer } from '../../support/memory-server.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import type { Plain } from '../../support/reply-node.js';

const MAX = '18446744073709551615';
const CRC_BYTES = 8;
const FOOTER_BYTES = 2 + CRC_BYTES;

/** Commands that make a stream at `s`. */
const STREAMS: readonly (readonly [title: string, commands: readonly string[]])[] = [
  ['one entry', ['XADD s 1-1 a b']],
  ['no entry', ['XADD s 5-5 a b', 'XDEL s 5-5']],
  ['other fields in each', ['XADD s 1-1 a b', 'XADD s 1-2 a 5 c -70000', 'XADD s 7-0 c d', 'XADD s 8-0 a z']],
  ['deleted entries', ['XADD s 1-1 a b', 'XADD s 1-2 a c', 'XADD s 2-0 a d', 'XDEL s 1-1', 'XDEL s 2-0']],
  ['the greatest id', ['XADD s 1-1 a b', `XADD s ${MAX}-${MAX} a b`]],
  [
    'many nodes',
    Array.from({ length: 350 }, (_, index) => `XADD s ${index + 1}-7 name value${index} n ${index}`),
  ],
  [
    'counts that were set',
    ['XADD s 1-1 a b', 'XSETID s 9-9 ENTRIESADDED 9223372036854775807 MAXDELETEDID 5-5'],
  ],
  [
    'groups',
    [
      'XADD s 1-1 a b',
      'XADD s 2-1 a b',
      'XADD s 3-1 a b',
      'XGROUP CREATE s g 0',
      'XGROUP CREATE s another 2-1',
      'XGROUP CREATE s a $ ENTRIESREAD 9223372036854775807',
      'XGROUP CREATECONSUMER s g idle',
      'XREADGROUP GROUP g bob COUNT 1 STREAMS s >',
      'XREADGROUP GROUP g alice STREAMS s >',
      'XCLAIM s g bob 0 2-1 TIME 1000 RETRYCOUNT 9223372036854775807',
      'XDEL s 3-1',
      'XREADGROUP GROUP another 12 STREAMS s >',
    ],
  ],
];

const make = async (client: Client, commands: readonly string[]): Promise<void> => {
  for (const command of commands) await client.call(...command.split(' '));
};

async function dumpOf(client: Client, key: string): Promise<Buffer> {
  const reply = await client.raw('DUMP', key);
  return reply.subarray(reply.indexOf('\r\n') + 2, -2);
}

/** All there is to know of a stream, but when consumers were seen and active. */
async function factsOf(client: Client, key: string): Promise<string> {
  const info = JSON.stringify(
    await client.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  return info.replaceAll(/"seen-time",-?\d+,/g, '').replaceAll(/"active-time",-?\d+,/g, '');
}

function sealed(value: Buffer, version = 10): Buffer {
  const bytes = Buffer.concat([value, Buffer.from([version, 0])]);
  const { high, low } = crc64(bytes, 0, bytes.length);
  const footer = Buffer.alloc(CRC_BYTES);
  footer.writeUInt32LE(low, 0);
  footer.writeUInt32LE(high, 4);
  return Buffer.concat([bytes, footer]);
}

const id = (ms: number, seq: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(ms, 4);
  bytes.writeUInt32BE(seq, 12);
  return bytes;
};

const text = (bytes: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([bytes.length]), Buffer.from(bytes)]);

const time = (ms: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(ms));
  return bytes;
};

describeCommand(
  'DUMP RESTORE',
  (kit) => {
    const { call, refused } = kit;
    /** A node with the entries 1-1 and 2-1. */
    const nodeOf = async (): Promise<Buffer> => {
      const maker = new MemoryServer().connect();
      await make(maker, ['XADD s 1-1 a b', 'XADD s 2-1 a c']);
      const dumped = await dumpOf(maker, 's');
      const at = 1 + 1 + 17;
      return dumped.subarray(at + 1, at + 1 + dumped[at]);
    };
    const restore = (...value: (Buffer | number[])[]) =>
      call('RESTORE', 's', 0, sealed(Buffer.concat(value.map((part) => Buffer.from(part))), 11));

    it('read the form of Redis 5 and 6, which knows neither counts nor deletions', async () => {
      const node = await nodeOf();
      const head = [[15, 1], text(id(1, 1)), text(node), [2, 2, 1]];
      const group = [
        text('g'),
        [1, 1],
        [1],
        id(1, 1),
        time(5),
        [3],
        [1],
        text('bob'),
        time(7),
        [1],
        id(1, 1),
      ];
      await restore(...head, [1], ...group);
      assert.deepEqual(await call('XPENDING', 's', 'g'), [1, '1-1', '1-1', [['bob', '1']]]);
      const groups = (await call('XINFO', 'GROUPS', 's')) as Plain[][];
      assert.deepEqual(groups[0].slice(7), ['1-1', 'entries-read', 1, 'lag', 1]);
      const facts = (await call('XINFO', 'STREAM', 's')) as Plain[];
      assert.deepEqual(facts.slice(9, 14), ['0-0', 'entries-added', 2, 'recorded-first-entry-id', '1-1']);
    });

    it('read the form of Redis 7.2, which knows when consumers were active', async () => {
      const node = await nodeOf();
      const head = [[21, 1], text(id(1, 1)), text(node), [2, 2, 1], [1, 1, 0, 0, 9]];
      const consumer = [text('bob'), time(7000), time(5000), [0]];
      await restore(...head, [1], text('g'), [1, 1, 4, 0, 1], ...consumer);
      const facts = (await call('XINFO', 'STREAM', 's', 'FULL')) as Plain[];
      assert.deepEqual(((facts[17] as Plain[][])[0][13] as Plain[][])[0].slice(0, 6), [
        ...['name', 'bob', 'seen-time', 7000, 'active-time', 5000],
      ]);
      assert.equal(facts[11], 9);
    });

    it('refuse what makes no sense, and change nothing', async () => {
      const node = await nodeOf();
      const stream = (nodes: Buffer[], counts: number[], ...groups: (Buffer | number[])[]) =>
        sealed(
          Buffer.concat(
            [[19, nodes.length / 2], ...nodes.map(text), counts, [1, 1, 0, 0, 9], ...groups].map((part) =>
              Buffer.from(part),
            ),
          ),
        );
      const nodes = [id(1, 1), node];
      const counts = [2, 2, 1];
      const good = stream(nodes, counts, [0]);
      await call('RESTORE', 'good', 0, good);
      const pending = [id(1, 1), time(5), [1]];
      const bad: readonly (readonly [string, Buffer])[] = [
        ['a key that is no id', stream([id(1, 1).subarray(1), node], counts, [0])],
        ['a node twice', stream([...nodes, ...nodes], [4, 2, 1], [0])],
        ['a node before another', stream([...nodes, id(0, 5), node], [4, 9, 1], [0])],
        ['a node that begins within another', stream([...nodes, id(1, 5), node], [4, 9, 1], [0])],
        ['a node that is no listpack', stream([id(1, 1), node.subarray(1)], counts, [0])],
        ['an empty listpack', stream([id(1, 1), Buffer.from([7, 0, 0, 0, 0, 0, 255])], counts, [0])],
        ['another number of entries', stream(nodes, [3, 2, 1], [0])],
        ['entries, and no node', stream([], [2, 2, 1], [0])],
        ['entries behind the last id', stream(nodes, [2, 1, 9], [0])],
        [
          'two groups of one name',
          stream(nodes, counts, [2], ...[1, 2].flatMap(() => [text('g'), [1, 1, 0, 0, 0]])),
        ],
        [
          'an entry pending with nobody',
          stream(nodes, counts, [1], text('g'), [1, 1, 0, 1], ...pending, [0]),
        ],
        [
          'an entry pending twice',
          stream(
            nodes,
            counts,
            [1],
            text('g'),
            [1, 1, 0, 2],
            ...pending,
            ...pending,
            [1],
            text('bob'),
            time(1),
            [1],
            id(1, 1),
          ),
        ],
        [
          'an entry pending with a consumer alone',
          stream(nodes, counts, [1], text('g'), [1, 1, 0, 0, 1], text('bob'), time(1), [1], id(1, 1)),
        ],
        [
          'an entry pending with two consumers',
          stream(
            ...([nodes, counts] as const),
            ...[[1], text('g'), [1, 1, 0, 1]],
            ...[...pending, [2], ...['bob', 'eve'].flatMap((name) => [text(name), time(1), [1], id(1, 1)])],
          ),
        ],
        [
          'two consumers of one name',
          stream(
            nodes,
            counts,
            [1],
            text('g'),
            [1, 1, 0, 0, 2],
            ...[1, 2].flatMap(() => [text('bob'), time(1), [0]]),
          ),
        ],
        ['too many groups', stream(nodes, counts, [0x80, 255, 255, 255, 255])],
      ];
      for (const [title, dump] of bad) {
        await refused('ERR Bad data format', 'RESTORE', 's', 0, dump).catch((error: Error) => {
          throw new Error(`${title}: ${error.message}`);
        });
        await refused('ERR Bad data format', 'RESTORE', 'good', 0, dump, 'REPLACE');
      }
      assert.equal(await call('EXISTS', 's'), 0);
      assert.equal(await call('XLEN', 'good'), 2);
    });

    it('refuse every cut, and survive every changed byte', async () => {
      const maker = new MemoryServer().connect();
      await make(maker, STREAMS[3][1]);
      await make(maker, [...STREAMS[7][1]].slice(3, 10));
      const dumped = await dumpOf(maker, 's');
      const value = dumped.subarray(0, -FOOTER_BYTES);
      for (let cut = 0; cut < value.length; cut++) {
        await refused('ERR Bad data format', 'RESTORE', 's', 0, sealed(value.subarray(0, cut)));
      }
      const random = new Random(7);
      let restored = 0;
      for (let index = 1; index < value.length; index++) {
        for (const changed of [value[index] ^ 1, value[index] ^ 0x80, 0, 0xff, random.below(256)]) {
          const bytes = Buffer.from(value);
          bytes[index] = changed;
          const reply = String(await kit.memory.connect().raw('RESTORE', 's', 0, sealed(bytes)));
          if (reply !== '+OK\r\n') {
            assert.equal(reply, '-ERR Bad data format\r\n', `byte ${index} = ${changed}`);
            continue;
          }
          restored++;
          // Whatever it is, it is a stream that can be worked with.
          await factsOf(kit.memory.connect(), 's');
          const user = kit.memory.connect();
          for (const command of ['XREVRANGE s + -', 'XADD s * a b', 'XDEL s 1-2', 'XAUTOCLAIM s g eve 0 -'])
            await user.raw(...command.split(' '));
          for (const command of ['XTRIM s MAXLEN 1', 'COPY s t', 'XTRIM t MINID 9999999999999-0', 'DEL s t'])
            await user.call(...command.split(' '));
        }
      }
      assert.ok(restored > 0);
    });
  },
  { ourOwn: 'redis-server does not check all of this, and 7.0 does not know version 11' },
);

describeWithReference('streams between januskv and redis-server', () => {
  let server: ReferenceServer;
  let theirs: Client;

  before(async () => {
    server = await startReference();
    theirs = await server.connect();
  });

  after(async () => {
    theirs.close();
    await server.stop();
  });

  for (const [title, commands] of STREAMS) {
    it(`with ${title} are the same after a way there and back`, async () => {
      const ours = new MemoryServer().connect();
      await theirs.call('FLUSHALL');
      await make(ours, commands);
      const facts = await factsOf(ours, 's');
      await theirs.call('RESTORE', 't', 0, await dumpOf(ours, 's'));
      assert.equal(await factsOf(theirs, 't'), facts);
      await ours.call('RESTORE', 'u', 0, await dumpOf(theirs, 't'));
      assert.equal(await factsOf(ours, 'u'), facts);
      assert.equal(
        await ours.call('DEBUG', 'DIGEST-VALUE', 'u').then(String),
        await ours.call('DEBUG', 'DIGEST-VALUE', 's').then(String),
      );
    });
  }

  it('go on alike', async () => {
    const ours = new MemoryServer().connect();
    await theirs.call('FLUSHALL');
    await make(ours, STREAMS[5][1]);
    await theirs.call('RESTORE', 's', 0, await dumpOf(ours, 's'));
    for (const client of [ours, theirs])
      await make(client, [
        'XADD s 400-1 name value',
        'XTRIM s MAXLEN ~ 100',
        'XDEL s 320-7',
        'XTRIM s MINID 330',
      ]);
    assert.equal(await factsOf(ours, 's'), await factsOf(theirs, 's'));
  });
});
