/** What must go on in a thread whose reactor waits in libuv's stead, and that it does wait. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { loadLibc } from '../../../src/native/libc.js';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../../support/linux.js';
import { Recorder } from '../support/recorder.js';
import { until } from '../support/until.js';

describeOnLinux('the leading loop', () => {
  let reactor: Reactor;
  let accepted: Recorder[];

  beforeEach(async () => {
    reactor = await Reactor.create({ loop: 'leading' });
    accepted = [];
  });

  afterEach(() => reactor.close());

  /** The client's end of a connection that the reactor has on both sides. */
  function connect(onOpened: (client: Recorder) => void = () => {}): Recorder {
    const { address } = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), {
      backlog: 16,
    });
    const clients: Recorder[] = [];
    reactor.connect(address, (connection) => {
      const client = Recorder.factory(clients)(connection) as Recorder;
      client.onOpened = () => onOpened(client);
      return client;
    });
    return clients[0];
  }

  it('waits while there is nothing to do', async () => {
    // Without waiting there would be thousands. Others may be busy in this process for a while.
    let turns: number;
    do {
      const before = reactor.counters.turns;
      await delay(50);
      turns = reactor.counters.turns - before;
    } while (turns > 20);
  });

  it('has promises, ticks, immediates and timers of its handlers run', async () => {
    const order: string[] = [];
    const isOver = new Promise<void>((resolve) => {
      connect(() => {
        void Promise.resolve().then(() => order.push('promise'));
        process.nextTick(() => order.push('tick'));
        setImmediate(() => order.push('immediate'));
        setTimeout(() => {
          order.push('timer');
          resolve();
        }, 5);
      });
    });
    await isOver;
    assert.deepEqual(order, ['tick', 'promise', 'immediate', 'timer']);
  });

  it("hears of libuv's sockets", async () => {
    const echo = net.createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const { port } = echo.address() as net.AddressInfo;
    const socket = net.connect(port, '127.0.0.1').end('through libuv');
    const [bytes] = await once(socket, 'data');
    assert.equal(String(bytes), 'through libuv');
    echo.close();
  });

  it('hears of other threads and of signals', async () => {
    const hello = 'require("node:worker_threads").parentPort.postMessage("hello")';
    assert.deepEqual(await once(new Worker(hello, { eval: true }), 'message'), ['hello']);
    const signal = once(process, 'SIGUSR2');
    process.kill(process.pid, 'SIGUSR2');
    await signal;
  });

  it('lets libuv have its turn while it never rests', async () => {
    const message = Buffer.from('again and again');
    const send = ({ connection }: Recorder): void => connection.write(message, 0, message.length);
    const client = connect(send);
    await until(() => accepted.length > 0);
    // Both keep each other busy without end.
    for (const side of [client, accepted[0]]) side.onReceived = () => send(side);
    for (let ring = 0; ring < 20; ring++) await delay(1);
    client.connection.close(true);
  });

  it("goes on when a handler's promise closes the reactor", async () => {
    const closed = new Promise<void>((resolve) => {
      connect(() => {
        void Promise.resolve().then(() => {
          reactor.close();
          resolve();
        });
      });
    });
    await closed;
    await delay(1);
  });

  it('is one of a thread: a further reactor is embedded', async () => {
    const libc = await loadLibc();
    assert.equal(libc.leadLibuv(), null);
    const second = await Reactor.create({ loop: 'leading' });
    const others: Recorder[] = [];
    const { address } = second.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(others), {
      backlog: 1,
    });
    const clients: Recorder[] = [];
    reactor.connect(address, Recorder.factory(clients));
    await until(() => others.length === 1 && clients[0].calls.includes('opened'));
    second.close();
    reactor.close();
    const libuv = libc.leadLibuv();
    assert.notEqual(libuv, null);
    libuv?.release();
  });
});
