/** Whose data belong to which history: what a server that was away may go on with, and what it may not. */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { Config } from '../../../src/server/config/config.js';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import { MemoryNetwork } from './memory-network.js';

const SEED = 7;
const ROUNDS_MAX = 5000;

class Member {
  readonly memory: MemoryServer;
  readonly client: Client;

  constructor(network: MemoryNetwork, port: number) {
    const config = new Config({
      save: '',
      'repl-diskless-sync-delay': 0,
      'repl-backlog-ttl': 5,
      'replica-announce-port': port,
    });
    this.memory = new MemoryServer({ config, connect: network.connect });
    this.client = this.memory.connect();
    network.listen(port, this.memory.server);
  }

  get replication(): MemoryServer['server']['replication'] {
    return this.memory.server.replication;
  }
}

describe('the history of the data', () => {
  let network: MemoryNetwork;
  let members: Member[];
  beforeEach(() => {
    network = new MemoryNetwork(new Random(SEED));
    members = [6379, 6380, 6381].map((port) => new Member(network, port));
  });

  function pass(ms: number, parts = members): void {
    for (const { memory } of parts) {
      memory.advance(ms);
      memory.server.tick();
    }
    network.step();
  }

  /** Steps that take next to no time: nothing may wait for a second to pass. */
  function soon(what: string, holds: () => boolean): void {
    for (let round = 0; !holds(); round++) {
      assert.ok(round < 500, `not soon: ${what}`);
      pass(1);
    }
  }

  function passUntil(what: string, holds: () => boolean, parts = members): void {
    for (let round = 0; !holds(); round++) {
      assert.ok(round < ROUNDS_MAX, `in vain: ${what}`);
      pass(50, parts);
    }
  }

  const isUp = ({ replication }: Member): boolean => replication.master?.isConnected === true;
  const follow = ({ client }: Member, port: number) => client.call('REPLICAOF', '127.0.0.1', `${port}`);

  it('gets another name when the backlog is dropped: what changed since is in no stream', async () => {
    const [master, early, late] = members;
    await master.client.call('SET', 'key', 'before');
    await follow(early, 6379);
    await follow(late, 6379);
    passUntil('both follow', () => isUp(early) && isUp(late));
    const name = master.replication.history.id;
    const backlogged = () => master.replication.replicas.backlog !== null;

    // Both are cut off, and nobody is told of what happens then.
    network.breakOne();
    network.breakOne();
    passUntil('the backlog goes', () => !backlogged(), [master]);
    assert.notEqual(master.replication.history.id, name);
    await master.client.call('SET', 'key', 'after');
    await master.client.call('SET', 'other', '1');

    passUntil('the first is back', () => isUp(early), [master, early]);
    passUntil('the second is back', () => isUp(late));
    assert.equal(await early.client.call('GET', 'key'), 'after');
    assert.equal(await late.client.call('GET', 'key'), 'after');
    assert.equal(await late.client.call('GET', 'other'), '1');
  });

  it('is gone on with at once when the connection breaks, and handed over at once', async () => {
    const [master, replica] = members;
    await follow(replica, 6379);
    passUntil('it follows', () => isUp(replica));
    for (let round = 0; round < 3; round++) {
      network.breakOne();
      assert.equal(isUp(replica), false);
      await master.client.call('SET', 'key', `${round}`);
      soon('it is back', () => isUp(replica));
    }
    soon('it has everything', () => network.isIdle);
    assert.equal(await replica.client.call('GET', 'key'), '2');
    assert.equal(master.replication.replicas.partialCount, 3);
    passUntil('it has said so', () => {
      const [connected] = master.replication.replicas.all;
      return connected.acknowledgedOffset === master.replication.offset;
    });
    assert.equal(await master.client.call('FAILOVER'), 'OK');
    const failingOver = 'ERR REPLICAOF not allowed while failing over.';
    await master.client.refused(failingOver, 'REPLICAOF', 'NO', 'ONE');
    await master.client.refused(failingOver, 'SLAVEOF', '127.0.0.1', 'x');
    soon('they have changed places', () => isUp(master) && !replica.replication.isReplica);
    assert.equal(master.replication.failover.state, 'no-failover');
    assert.equal(await master.client.call('REPLICAOF', 'NO', 'ONE'), 'OK');
  });

  it('is confirmed at once to who waits, though the question comes in one piece with the writes', async () => {
    const [master, replica] = members;
    await follow(replica, 6379);
    passUntil('it follows', () => isUp(replica));
    for (let round = 0; round < 5; round++) {
      master.client.send(`SET key ${round}\r\nWAIT 1 0\r\n`);
      assert.equal(String(master.client.takeReply()), '+OK\r\n');
      let answer: Buffer | null = null;
      soon('the write is confirmed', () => {
        answer = master.client.takeReply();
        return answer !== null;
      });
      assert.equal(String(answer), ':1\r\n');
    }
  });

  it('of a server that nobody followed is told to the master, which knows nothing of it', async () => {
    const [master, replica] = members;
    await follow(replica, 6379);
    passUntil('it follows', () => isUp(replica));
    assert.deepEqual(
      [master.replication.replicas.fullCount, master.replication.replicas.partialRefusedCount],
      [1, 1],
    );
  });
});
