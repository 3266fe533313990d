/**
 * Masters, replicas and their replicas in memory, on one clock, over connections that break at any byte: whatever
 * happens, in the end all have the same data.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import { LOADING } from '../../../src/server/persistence/gates.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryNetwork } from './memory-network.js';

class Node {
  readonly memory: MemoryServer;
  readonly client: Client;

  constructor(
    readonly port: number,
    network: MemoryNetwork,
    backlogBytes: number,
  ) {
    const config = new Config({
      'enable-debug-command': true,
      save: '',
      'repl-diskless-sync-delay': 0,
      'repl-backlog-size': backlogBytes,
    });
    this.memory = new MemoryServer({ config, connect: network.connect });
    this.client = this.memory.connect();
    network.listen(port, this.memory.server);
  }

  get offset(): number {
    return this.memory.server.replication.offset;
  }

  get isLoading(): boolean {
    return (this.memory.server.states & LOADING) !== 0;
  }

  digest(): Promise<string> {
    return this.client.call('DEBUG', 'DIGEST').then(String);
  }
}

async function write(client: Client, random: Random): Promise<void> {
  const key = `k${random.below(30)}`;
  const value = 'v'.repeat(random.below(random.below(20) === 0 ? 4000 : 40)) + random.below(1000);
  const requests = [
    ['SET', `s${key}`, value],
    ['SET', `s${key}`, value, 'PX', `${50 + random.below(1000)}`],
    ['INCR', `s-counter${random.below(5)}`],
    ['RPUSH', `l${key}`, value],
    ['LPOP', `l${key}`],
    ['SADD', `t${key}`, value, `${random.below(9)}`],
    ['SPOP', `t${key}`],
    ['HSET', `h${key}`, value.slice(-3), value],
    ['ZADD', `z${key}`, `${random.below(1000) / 8}`, value],
    ['DEL', `s${key}`],
    ['SELECT', `${random.below(2)}`],
    ['XADD', `x${key}`, '*', 'f', value],
  ];
  if (random.below(6) > 0) {
    await client.call(...requests[random.below(requests.length)]);
    return;
  }
  await client.call('MULTI');
  for (let left = 1 + random.below(5); left > 0; left--) {
    await client.call(...requests[random.below(requests.length - 2)]);
  }
  await client.call('EXEC');
}

describe('replication in memory', () => {
  const synchronized = { full: 0, partial: 0 };

  after(() => {
    assert.ok(
      synchronized.full > 0 && synchronized.partial > 0,
      `${JSON.stringify(synchronized)}: both ways`,
    );
  });

  for (let seed = 1; seed <= 10; seed++) {
    it(`a chain agrees in the end, whatever breaks on the way (seed ${seed})`, async () => {
      const random = new Random(seed);
      const network = new MemoryNetwork(random);
      const backlogBytes = seed % 3 === 0 ? 16 * 1024 : 1024 * 1024;
      const nodes = [6379, 6380, 6381].map((port) => new Node(port, network, backlogBytes));
      let [master] = nodes;

      const pass = (ms: number): void => {
        for (const { memory } of nodes) {
          memory.advance(ms);
          memory.server.tick();
        }
        network.step();
      };
      const chain = async (order: readonly Node[]): Promise<void> => {
        // Who takes in a snapshot takes no orders.
        for (let round = 0; nodes.some(({ isLoading }) => isLoading); round++) {
          assert.ok(round < 10_000);
          pass(5);
        }
        [master] = order;
        await master.client.call('REPLICAOF', 'NO', 'ONE');
        await order[1].client.call('REPLICAOF', '127.0.0.1', `${order[0].port}`);
        await order[2].client.call('REPLICAOF', '127.0.0.1', `${order[1].port}`);
      };

      for (let count = 0; count < 100; count++) await write(master.client, random);
      await chain(nodes);
      for (let round = 0; round < 600; round++) {
        if (random.below(2) === 0) await write(master.client, random);
        pass(random.below(30));
        if (random.below(60) === 0) network.breakOne();
        const chance = random.below(400);
        if (chance < 2) await chain([nodes[1], nodes[2], nodes[0]]);
        else if (chance < 4) await chain(nodes);
      }
      const agree = (): boolean =>
        nodes.every(
          ({ memory, offset }) =>
            offset === master.offset &&
            (memory.server.replication.master?.isConnected ?? memory === master.memory),
        );
      for (let round = 0; round < 20_000 && !(network.isIdle && agree()); round++) pass(20);
      assert.ok(agree(), `they caught up: ${nodes.map(({ offset }) => offset)}`);
      // What is due has gone everywhere before anything is compared.
      for (let round = 0; round < 200; round++) pass(20);
      const digests = await Promise.all(nodes.map((node) => node.digest()));
      assert.equal(digests[1], digests[0]);
      assert.equal(digests[2], digests[0]);
      for (const { memory } of nodes) {
        synchronized.full += memory.server.replication.replicas.fullCount;
        synchronized.partial += memory.server.replication.replicas.partialCount;
      }
    });
  }
});
