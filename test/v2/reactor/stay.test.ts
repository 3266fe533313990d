/**
 * While the reactor stays, libuv has to miss nothing: whatever is to happen in this thread happens, under traffic that
 * never ends and in the silence after it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../support/linux.js';
import { Recorder } from '../support/recorder.js';

/** What somebody does within a stay, and calls `done` from what follows of it. */
const EVENTS: Readonly<Record<string, (done: () => void) => void>> = {
  'a promise': (done) => void Promise.resolve().then(done),
  'a tick': (done) => process.nextTick(done),
  'a promise of a tick': (done) => process.nextTick(() => void Promise.resolve().then(done)),
  'an immediate': (done) => void setImmediate(done),
  'a timer': (done) => void setTimeout(done, 3),
  'a timer of a promise': (done) => void Promise.resolve().then(() => setTimeout(done, 1)),
  'a repeated timer': (done) => {
    let times = 0;
    const timer = setInterval(() => {
      if (++times < 3) return;
      clearInterval(timer);
      done();
    }, 1);
  },
  'a file': (done) => stat('/', done),
  'a signal': (done) => {
    process.once('SIGUSR2', done);
    process.kill(process.pid, 'SIGUSR2');
  },
  'a child process': (done) => void execFile('true', done),
  'a message from a thread': (done) => {
    const worker = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true });
    worker.once('message', done);
  },
  'a server of node:net': (done) => {
    const server = createServer((socket) => {
      socket.end('x');
      server.close();
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      connect(port, '127.0.0.1').once('data', done);
    });
  },
};

describeOnLinux('a reactor that stays', () => {
  let reactor: Reactor;
  let client: Recorder;
  let server: Recorder;
  let isOver: boolean;

  beforeEach(async () => {
    isOver = false;
    reactor = await Reactor.create({ staysAfterWakes: 0 });
    const accepted: Recorder[] = [];
    const clients: Recorder[] = [];
    const listener = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), {
      backlog: 16,
    });
    reactor.connect(listener.address, Recorder.factory(clients));
    [client] = clients;
    await new Promise<void>((resolve) => {
      client.onOpened = resolve;
    });
    while (accepted.length === 0) await new Promise(setImmediate);
    [server] = accepted;
  });

  afterEach(() => {
    isOver = true;
    reactor.close();
  });

  /** From now on one byte is always on its way, to and fro. */
  function chat(): void {
    const pass = ({ connection }: Recorder) => {
      return (bytes: Buffer) => {
        if (!isOver) connection.write(bytes, 0, bytes.length);
      };
    };
    client.onReceived = pass(client);
    server.onReceived = pass(server);
    client.connection.write(Buffer.from('x'), 0, 1);
  }

  /** Runs `act` from a handler, in the first turn of a stay. */
  function withinStay(act: () => void): void {
    const before = client.onReceived;
    let { stays } = reactor.counters;
    client.onReceived = (bytes) => {
      if (reactor.counters.stays > stays && stays > 0) {
        client.onReceived = before;
        act();
      }
      stays = reactor.counters.stays;
      before(bytes);
    };
  }

  for (const [name, begin] of Object.entries(EVENTS)) {
    it(`lets ${name} happen while it is busy`, async () => {
      chat();
      await new Promise<void>((resolve) => withinStay(() => begin(resolve)));
    });

    it(`lets ${name} happen when it falls silent`, async () => {
      chat();
      await new Promise<void>((resolve) => {
        withinStay(() => {
          isOver = true;
          begin(resolve);
        });
      });
    });
  }

  for (const name of ['a promise', 'a tick', 'a promise of a tick', 'an immediate']) {
    it(`lets ${name} happen before its next turn`, async () => {
      chat();
      const turns = await new Promise<number>((resolve) => {
        withinStay(() => {
          const first = reactor.counters.turns;
          EVENTS[name](() => resolve(reactor.counters.turns - first));
        });
      });
      assert.equal(turns, 0);
    });
  }

  it('goes on as it was after a silence', async () => {
    for (let time = 0; time < 5; time++) {
      isOver = false;
      const received = client.chunks.length;
      chat();
      while (client.chunks.length < received + 1000) await new Promise(setImmediate);
      isOver = true;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    assert.ok(reactor.counters.stays > 0);
  });

  it('serves another reactor that stays', async () => {
    const other = await Reactor.create({ staysAfterWakes: 0 });
    try {
      const accepted: Recorder[] = [];
      const clients: Recorder[] = [];
      const listener = other.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), {
        backlog: 16,
      });
      chat();
      other.connect(listener.address, Recorder.factory(clients));
      await new Promise<void>((resolve) => {
        clients[0].onOpened = resolve;
      });
      clients[0].connection.write(Buffer.from('y'), 0, 1);
      while (accepted[0]?.text !== 'y') await new Promise(setImmediate);
    } finally {
      other.close();
    }
  });

  it('may be closed by a promise in the middle of a stay', async () => {
    chat();
    await new Promise<void>((resolve) => {
      withinStay(() => {
        void Promise.resolve().then(() => {
          reactor.close();
          resolve();
        });
      });
    });
    assert.equal(client.calls.includes('closed'), true);
  });

  it('does not stay in a thread whose loop is out of reach', async () => {
    const worker = new Worker(new URL('../support/ts-worker.mjs', import.meta.url), {
      workerData: { script: new URL('../support/event-loop-worker.ts', import.meta.url).href },
    });
    const [found] = await once(worker, 'message');
    assert.equal(found, false);
    await worker.terminate();
  });
});
