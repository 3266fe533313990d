/** When a peer hears that its connection was closed at once. */
import assert from 'node:assert/strict';
import { NativeBuffer } from '../../../src/native/native-buffer.js';
import { EAGAIN } from '../../../src/native/system-error.js';
import { Reactor } from '../../../v2/reactor/reactor.js';
import { describeOnLinux } from '../../support/linux.js';
import { Recorder } from '../support/recorder.js';
import { until } from '../support/until.js';

/** Looks, and leaves the bytes. */
const MSG_PEEK = 2;
/** The loopback interface delivers at once; another thread's interrupt may come in between. */
const LOOKS_MAX = 100_000;

describeOnLinux('a connection that is closed at once', () => {
  let reactor: Reactor;

  beforeEach(async () => {
    reactor = await Reactor.create();
  });

  afterEach(() => reactor.close());

  it('has ended for its peer before the handler that closed it returns', async () => {
    const accepted: Recorder[] = [];
    const clients: Recorder[] = [];
    const { address } = reactor.listen({ host: '127.0.0.1', port: 0 }, Recorder.factory(accepted), {
      backlog: 16,
    });
    reactor.connect(address, Recorder.factory(clients));
    await until(() => accepted.length === 1);
    const room = new NativeBuffer(reactor.libc, 1);
    const look = (): number => reactor.libc.recv(clients[0].connection.descriptor, room.address, 1, MSG_PEEK);
    assert.equal(look(), -EAGAIN);
    let seen = -EAGAIN;
    // Somebody else's request: KILL, say.
    reactor.connect(address, (connection) => {
      const killer = new Recorder(connection);
      killer.onOpened = () => {
        accepted[0].connection.close(true);
        for (let looks = 0; looks < LOOKS_MAX && seen === -EAGAIN; looks++) seen = look();
      };
      return killer;
    });
    await until(() => accepted[0].calls.includes('closed'));
    assert.equal(seen, 0);
  });
});
