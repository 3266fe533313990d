/** The reverse server in this process, its worker in a thread, with clients of node:net, however the kernel is asked. */
import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.js';
import type { FramingName } from '../../../v2/reverse/framing.js';
import { type ReverseOptions, ReverseServer } from '../../../v2/reverse/reverse-server.js';
import { type Dice, itRandomly } from '../../support/dice.js';
import { describeOnLinux } from '../../support/linux.js';
import type { NetClient } from '../support/net-client.js';
import { SisterServers } from '../support/sister-servers.js';
import { until } from '../support/until.js';

const KIB = 1024;
const MESSAGE_BYTES_MAX = 1024 * KIB;
const NEVER_MS = 600_000;

const reversed = (text: string): string => [...text].reverse().join('');

/** Messages on the wire, and their answers. */
const frames: Readonly<Record<'line' | 'length', (body: string) => Buffer>> = {
  line: (body) => Buffer.from(`${body}\r\n`, 'latin1'),
  length: (body) => {
    const frame = Buffer.alloc(4 + body.length);
    frame.writeUInt32BE(body.length);
    frame.write(body, 4, 'latin1');
    return frame;
  },
};

for (const trigger of ['edge', 'level', 'oneshot'] as const) {
  describeOnLinux(`the reverse server, ${trigger}-triggered`, () => {
    const servers = new SisterServers<ReverseServer>();
    const connect = (port: number): Promise<NetClient> => servers.connect(port);

    async function start(
      framing: FramingName,
      options: Partial<ReverseOptions> = {},
    ): Promise<{ server: ReverseServer; port: number }> {
      const server = await ReverseServer.start({
        address: { host: '127.0.0.1', port: 0 },
        framing,
        messageBytesMax: MESSAGE_BYTES_MAX,
        messageTimeoutMs: NEVER_MS,
        allowsShutdown: false,
        drainMs: 1000,
        clock: systemClock,
        trigger,
        report: servers.report,
        ...options,
      });
      return { server, port: servers.add(server) };
    }

    const read = async (client: NetClient, count: number): Promise<string> => {
      let text = '';
      while (text.length < count && !client.isEnded) text += (await client.read(1)).toString('latin1');
      return text;
    };

    it('turns lines round, also empty ones and many at once', async () => {
      const client = await connect((await start('line')).port);
      client.write('hello\nworld\r\n\nabc\xff\n');
      assert.equal(await read(client, 18), 'olleh\ndlrow\r\n\n\xbf\xc3cba\n');
    });

    for (const framing of ['line', 'length'] as const) {
      itRandomly(`answers by ${framing} in order, wherever the reads split`, async (dice: Dice) => {
        const { port } = await start(framing);
        await Promise.all(
          Array.from({ length: 4 }, async () => {
            const bodies = Array.from({ length: 200 }, () => {
              const length = dice.pick([0, 1, dice.between(2, 40), dice.between(41, 20_000)]);
              return String.fromCharCode(dice.between(0x61, 0x7a)).repeat(length) + dice.between(0, 99);
            });
            const sent = Buffer.concat(bodies.map(frames[framing]));
            const expected = Buffer.concat(bodies.map((body) => frames[framing](reversed(body))));
            const client = await connect(port);
            for (let at = 0; at < sent.length; ) {
              const length = dice.pick([1, dice.between(2, 100), dice.between(101, 100_000)]);
              await new Promise((resolve) => client.socket.write(sent.subarray(at, at + length), resolve));
              at += length;
            }
            assert.equal(await read(client, expected.length), expected.toString('latin1'));
          }),
        );
      });
    }

    it('answers the longest message, and ends the connection of a longer one', async () => {
      const { port } = await start('length');
      const client = await connect(port);
      const body = 'ab'.repeat(MESSAGE_BYTES_MAX / 2);
      client.write(frames.length(body));
      assert.equal(await read(client, body.length + 4), frames.length(reversed(body)).toString('latin1'));
      client.write(Buffer.from([0, 0x10, 0, 1]));
      assert.equal((await client.readToEnd()).length, 0);
      const talkative = await connect((await start('line', { messageBytesMax: 100 })).port);
      talkative.write(`short\n${'x'.repeat(200)}`);
      assert.equal((await talkative.readToEnd()).toString(), 'trohs\n');
    });

    it('holds clients back while the ring is full, and loses nothing', async () => {
      // Room for two of the longest.
      const { port } = await start('line', { messageBytesMax: KIB, ringBytes: 4 * KIB });
      await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const client = await connect(port);
          const line = `${index}${'x'.repeat(900)}\n`;
          client.write(line.repeat(300));
          const text = await read(client, line.length * 300);
          assert.ok(text === `${'x'.repeat(900)}${index}\n`.repeat(300));
        }),
      );
    });

    describe('exit', () => {
      for (const [framing, pieces] of [
        ['line', ['before\nex', 'it\nafter\n']],
        ['length', ['\0\0\0\x06before\0\0', '\0\x04ex', 'it\0\0\0\x01x']],
      ] as const) {
        it(`by ${framing} ends the connection behind what was asked before, also in pieces`, async () => {
          const { port } = await start(framing);
          const client = await connect(port);
          for (const piece of pieces) {
            await new Promise((resolve) => client.socket.write(Buffer.from(piece, 'latin1'), resolve));
          }
          const text = (await client.readToEnd()).toString('latin1');
          assert.equal(text, framing === 'line' ? 'erofeb\n' : '\0\0\0\x06erofeb');
          const other = await connect(port);
          other.write(frames[framing]('still there'));
          assert.equal(await read(other, 1), frames[framing]('ereht llits').toString('latin1'));
        });
      }

      it('in two chunks ends it too', async () => {
        const { port } = await start('chunk');
        const client = await connect(port);
        client.write('abc');
        assert.equal(await read(client, 3), 'cba');
        client.write('ex');
        assert.equal(await read(client, 2), 'xe');
        client.write('it\n');
        assert.equal((await client.readToEnd()).length, 0);
      });

      it('ends the server where that is allowed, and everybody has their answers', async () => {
        const { server, port } = await start('line', { allowsShutdown: true });
        const [one, other] = [await connect(port), await connect(port)];
        other.write('last words\n');
        assert.equal(await read(other, 11), 'sdrow tsal\n');
        one.write('ex');
        one.write('it\n');
        await server.ended;
        assert.equal((await other.readToEnd()).length, 0);
      });
    });

    it('times out senders that do not finish, and has nothing of theirs any more', async () => {
      const { server, port } = await start('length', { messageTimeoutMs: 30 });
      const dishonest = await connect(port);
      // 1 MB announced, then nothing.
      dishonest.write(Buffer.from([0, 0x0f, 0x42, 0x40]));
      const half = await connect(port);
      half.write(Buffer.from([0]));
      const slow = await connect(port);
      slow.write(frames.length('x'.repeat(100_000)).subarray(0, 50_000));
      let dripped = 0;
      const drip = setInterval(() => {
        dripped++;
        slow.write('y');
      }, 5);
      await Promise.all([dishonest.readToEnd(), half.readToEnd(), slow.readToEnd()]);
      clearInterval(drip);
      assert.ok(dripped < 10_000);
      await until(() => server.connections === 0 && server.isIdle);
    });

    it('times out who says exit and does not take what it asked for', async () => {
      const { server, port } = await start('line', { messageTimeoutMs: 30 });
      const client = await connect(port);
      client.socket.pause();
      // Before it writes: it may be gone again by the time that all is written.
      await until(() => server.connections === 1);
      client.write(`${`${'x'.repeat(500_000)}\n`.repeat(40)}exit\n`);
      await until(() => server.connections === 0);
    });

    it('leaves alone who is merely silent, or fast', async () => {
      const { server, port } = await start('line', { messageTimeoutMs: 20 });
      const silent = await connect(port);
      const busy = await connect(port);
      const slow = await connect(port);
      slow.write('begun');
      let answers = 0;
      while (!slow.isEnded) {
        busy.write('ab\n');
        assert.equal(await read(busy, 3), 'ba\n');
        answers++;
      }
      assert.ok(answers > 0);
      silent.write('here\n');
      assert.equal(await read(silent, 5), 'ereh\n');
      await until(() => server.isIdle);
    });

    it('sleeps when there is nothing to do, in both threads and without a timer', async () => {
      const { server, port } = await start('line');
      const client = await connect(port);
      client.write('hello\n');
      assert.equal(await read(client, 6), 'olleh\n');
      await until(() => server.isIdle);
      const { events } = server.counters;
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
      assert.equal(server.counters.events, events);
    });

    it('is hurt by nobody who vanishes with data on its way', async () => {
      const { server, port } = await start('line');
      const lines = `${'x'.repeat(1000)}\n`.repeat(500);
      for (let count = 0; count < 30; count++) {
        const client = await connect(port);
        client.write(lines);
        if (count % 3 === 0) client.write('incomplete');
        if (count % 2 === 0) client.socket.resetAndDestroy();
        else client.destroy();
      }
      const client = await connect(port);
      client.write('alive\n');
      assert.equal(await read(client, 6), 'evila\n');
      client.destroy();
      await until(() => server.connections === 0);
    });

    it('answers a client that half-closes, and then closes too', async () => {
      const client = await connect((await start('line')).port);
      client.socket.end('one\ntwo\nthr');
      assert.equal((await client.readToEnd()).toString(), 'eno\nowt\n');
    });

    it('answers what was asked before it stops', async () => {
      const { server, port } = await start('line');
      const client = await connect(port);
      const lines = 'abcdef\n'.repeat(20_000);
      client.write(lines);
      await read(client, 1);
      server.stop();
      const text = (await client.readToEnd()).toString();
      // What wasn't received by then is nobody's; what was is answered in whole lines.
      assert.match(text.slice(-7), /fedcba\n$/);
      await server.ended;
    });

    it('stops in spite of a client that takes nothing', async () => {
      const { server, port } = await start('line', { drainMs: 30 });
      const client = await connect(port);
      client.socket.pause();
      client.write(`${'x'.repeat(10_000)}\n`.repeat(2000));
      await until(() => server.counters.bytesReceived > 0);
      server.stop();
      await server.ended;
    });
  });
}
