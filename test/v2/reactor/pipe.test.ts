/** Bytes that go past the process: from one connection of a reactor through a pipe to another. */
import assert from 'node:assert/strict';
import { EAGAIN } from '../../../src/native/system-error.js';
import type { Listener } from '../../../v2/reactor/listener.js';
import { Pipe } from '../../../v2/reactor/pipe.js';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../../support/linux.js';
import { Recorder } from '../support/recorder.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`a diverted connection, ${trigger}-triggered`, () => {
    let reactor: Reactor;
    let listener: Listener;
    let accepted: Recorder[];
    let pipe: Pipe;

    beforeEach(async () => {
      reactor = await Reactor.create({ trigger });
      accepted = [];
      listener = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), { backlog: 16 });
      pipe = new Pipe(reactor.libc);
    });

    afterEach(() => {
      reactor.close();
      pipe.close();
    });

    async function connect(): Promise<{ client: Recorder; server: Recorder }> {
      const clients: Recorder[] = [];
      const count = accepted.length;
      reactor.connect(listener.address, Recorder.factory(clients));
      await until(() => clients[0].calls.includes('opened') && accepted.length > count);
      return { client: clients[0], server: accepted[count] };
    }

    /** What the first pair's client sends goes to the second pair's. */
    async function divert(): Promise<{ from: Recorder; source: Recorder; target: Recorder; to: Recorder }> {
      const [first, second] = [await connect(), await connect()];
      const source = first.server;
      const target = second.server;
      source.connection.divert({
        take(descriptor) {
          const count = pipe.fillFrom(descriptor);
          if (count <= 0) return count;
          target.connection.sendFrom(pipe);
          if (target.connection.pendingBytes > 0) source.connection.pause();
          return count;
        },
      });
      return { from: first.client, source, target, to: second.client };
    }

    const lengthOf = ({ chunks }: Recorder): number => chunks.reduce((sum, { length }) => sum + length, 0);

    it('is not heard of by its handler, but for its end', async () => {
      const { from, source, to } = await divert();
      const hello = Buffer.from('hello');
      from.connection.write(hello, 0, 5);
      await until(() => to.text === 'hello');
      from.connection.end();
      await until(() => source.calls.includes('ended'));
      assert.ok(!source.calls.includes('received'));
    });

    it('keeps what the other does not take, in order before what is written, and says when it is gone', async () => {
      const { from, source, target, to } = await divert();
      to.connection.pause();
      const block = Buffer.alloc(16 * MIB);
      for (let at = 0; at < block.length; at += 4) block.writeUInt32LE(at, at);
      from.connection.write(block, 0, block.length);
      await until(() => source.connection.isPaused);
      assert.equal(target.connection.pendingBytes, pipe.heldBytes);
      assert.equal(target.calls.filter((call) => call === 'drained').length, 0);
      to.connection.resume();
      await until(() => target.calls.includes('drained'));
      const before = lengthOf(to);
      while (lengthOf(to) < block.length) {
        if (target.connection.pendingBytes === 0) source.connection.resume();
        await new Promise(setImmediate);
      }
      assert.ok(before < block.length);
      assert.ok(Buffer.concat(to.chunks).equals(block));
    });

    it('sends what the pipe holds, and what was written after it, before it closes', async () => {
      const { from, source, target, to } = await divert();
      to.connection.pause();
      const block = Buffer.alloc(16 * MIB, 0x61);
      from.connection.write(block, 0, block.length);
      await until(() => source.connection.isPaused);
      const taken = reactor.counters.bytesReceived;
      target.connection.write(Buffer.from('end'), 0, 3);
      target.connection.close(false);
      to.connection.resume();
      await until(() => to.calls.includes('ended'));
      assert.equal(to.text.length, taken + 3);
      assert.ok(to.text.endsWith('aend'));
    });

    it('comes back to its handler when that is wanted', async () => {
      const { from, source, to } = await divert();
      from.connection.write(Buffer.from('one'), 0, 3);
      await until(() => to.text === 'one');
      source.connection.divert(null);
      from.connection.write(Buffer.from('two'), 0, 3);
      await until(() => source.text === 'two');
      assert.equal(pipe.fillFrom(source.connection.descriptor), -EAGAIN);
    });
  });
}
