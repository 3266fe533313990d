/** The binding to libc against the kernel itself: layouts, errors, addresses. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import {
  AF_INET,
  EPOLLET,
  EPOLLIN,
  EPOLLOUT,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SOL_SOCKET,
} from '../../src/native/constants.js';
import { EpollEventLayout } from '../../src/native/layout.js';
import { type Libc, loadLibc, loadLibcOf } from '../../src/native/libc.js';
import { AddressCache, NativeBuffer } from '../../src/native/native-buffer.js';
import { SocketAddressBuffer } from '../../src/native/socket-address.js';
import { SystemError } from '../../src/native/system-error.js';
import { describeOnLinux } from '../support/linux.js';

describe('loadLibc', () => {
  for (const [platform, architecture] of [
    ['darwin', 'arm64'],
    ['win32', 'x64'],
    ['linux', 'mips'],
  ] as const) {
    it(`refuses ${platform} on ${architecture} with a SystemError`, async () => {
      await assert.rejects(loadLibcOf(platform, architecture), (error) => {
        assert.ok(error instanceof SystemError);
        assert.equal(error.code, 'ENOSYS');
        assert.match(error.message, new RegExp(`native calls on ${platform}-${architecture}`));
        return true;
      });
    });
  }
});

describe('SystemError', () => {
  it('names the call, the code, the descriptor and the subject', () => {
    const error = new SystemError('bind', constants.errno.EADDRINUSE, 7, '127.0.0.1:6379');
    assert.equal(error.call, 'bind');
    assert.equal(error.code, 'EADDRINUSE');
    assert.equal(error.errno, constants.errno.EADDRINUSE);
    assert.equal(error.fd, 7);
    assert.equal(error.message, 'bind: EADDRINUSE: address already in use: 127.0.0.1:6379');
  });

  it('survives a number without a name', () => {
    assert.equal(new SystemError('ioctl', 9999).code, 'errno 9999');
  });
});

describe('epoll_event', () => {
  it('is packed on x86-64 and aligned elsewhere', () => {
    const packed = new EpollEventLayout('x64');
    assert.deepEqual([packed.byteLength, packed.dataInt * 4], [12, 4]);
    const aligned = new EpollEventLayout('arm64');
    assert.deepEqual([aligned.byteLength, aligned.dataInt * 4], [16, 8]);
  });
});

describeOnLinux('libc', () => {
  let libc: Libc;
  const opened: number[] = [];

  before(async () => {
    libc = await loadLibc();
  });

  afterEach(() => {
    for (const fd of opened.splice(0)) libc.close(fd);
  });

  function keep(fd: number): number {
    assert.ok(fd >= 0);
    opened.push(fd);
    return fd;
  }

  it('gets events back from the kernel as they were registered', () => {
    const epollFd = keep(libc.epollCreate());
    const first = keep(libc.eventfd());
    const second = keep(libc.eventfd());
    assert.equal(libc.epollAdd(epollFd, first, EPOLLIN | EPOLLET, first, -1), 0);
    assert.equal(libc.epollAdd(epollFd, second, EPOLLIN | EPOLLOUT | EPOLLET, second, 0x7fff_fffe), 0);
    libc.eventfdSignal(first);
    const events = new NativeBuffer(libc, 4 * libc.epollEvent.byteLength);
    assert.equal(libc.epollWait(epollFd, events.address, 4, 0), 2);
    const { sizeInts, dataInt } = libc.epollEvent;
    const seen = [0, 1].map((index) => {
      const at = index * sizeInts;
      return [at, at + dataInt, at + dataInt + 1].map((int) => events.bytes.readInt32LE(int * 4));
    });
    seen.sort((a, b) => a[1] - b[1]);
    assert.deepEqual(seen, [
      [EPOLLIN, first, -1],
      [EPOLLOUT, second, 0x7fff_fffe],
    ]);
    assert.equal(libc.epollRemove(epollFd, first), 0);
    assert.equal(libc.epollRemove(epollFd, first), -constants.errno.ENOENT);
  });

  it('answers -errno on the hot path', () => {
    const buffer = new NativeBuffer(libc, 100);
    assert.equal(libc.recv(-1, buffer.address, 100, 0), -constants.errno.EBADF);
    assert.equal(libc.send(-1, buffer.address, 100, 0), -constants.errno.EBADF);
    assert.equal(libc.accept(-1), -constants.errno.EBADF);
    assert.equal(libc.close(-1), -constants.errno.EBADF);
    const eventfd = keep(libc.eventfd());
    assert.equal(libc.read(eventfd, buffer.address, 8), -constants.errno.EAGAIN);
    assert.equal(libc.recv(eventfd, buffer.address, 8, 0), -constants.errno.ENOTSOCK);
  });

  it('throws a SystemError elsewhere', () => {
    const address = new SocketAddressBuffer(libc);
    assert.ok(address.encode({ host: '127.0.0.1', port: 0 }));
    assert.throws(() => libc.bind(-1, address.address, address.byteLength, '127.0.0.1:0'), {
      name: 'SystemError',
      call: 'bind',
      code: 'EBADF',
      fd: -1,
    });
    assert.throws(() => libc.socket(9999), { call: 'socket', code: 'EAFNOSUPPORT' });
  });

  it('connects two sockets with each other', () => {
    const [one, other] = libc.socketPair();
    const text = new NativeBuffer(libc, 64);
    text.bytes.write('hello');
    assert.equal(libc.send(one, text.address, 5, 0), 5);
    text.bytes.fill(0);
    assert.equal(libc.recv(other, text.address, 64, 0), 5);
    assert.equal(text.bytes.toString('latin1', 0, 5), 'hello');
    assert.equal(libc.recv(other, text.address, 64, 0), -constants.errno.EAGAIN, 'neither waits');
    libc.close(one);
    assert.equal(libc.recv(other, text.address, 64, 0), 0);
    libc.close(other);
  });

  it('sets and gets socket options', () => {
    const fd = keep(libc.socket(AF_INET));
    assert.equal(libc.getSocketOption(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    libc.setSocketOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    assert.equal(libc.getSocketOption(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    // The kernel doubles it, for its own bookkeeping.
    libc.setSocketOption(fd, SOL_SOCKET, SO_RCVBUF, 10_000);
    assert.equal(libc.getSocketOption(fd, SOL_SOCKET, SO_RCVBUF), 20_000);
  });

  describe('socket addresses', () => {
    it('come back as they were', () => {
      const buffer = new SocketAddressBuffer(libc);
      for (const address of [
        { host: '127.0.0.1', port: 6379 },
        { host: '255.0.10.1', port: 65_535 },
        { host: '::', port: 1 },
        { host: 'fe80::1234:5678', port: 258 },
        { path: '/tmp/a.sock' },
        { path: `/${'x'.repeat(106)}` },
      ]) {
        assert.ok(buffer.encode(address));
        assert.deepEqual(buffer.decode(), address);
      }
    });

    it('that are none are refused', () => {
      const buffer = new SocketAddressBuffer(libc);
      for (const host of ['', 'localhost', '127.0.0', '1.2.3.4.5', '::g', '127.0.0.1 ']) {
        assert.equal(buffer.encode({ host, port: 1 }), false, host);
      }
      assert.equal(buffer.encode({ path: `/${'x'.repeat(107)}` }), false);
      assert.equal(buffer.encode({ path: '/a\0b' }), false);
    });
  });

  describe('addresses of Buffers', () => {
    it('are those of the bytes', () => {
      const eventfd = keep(libc.eventfd());
      const pooled = Buffer.from('a pooled Buffer that is a part of a larger one');
      pooled.writeBigUInt64LE(3n, 8);
      const addresses = new AddressCache(libc);
      assert.equal(libc.write(eventfd, addresses.of(pooled, 8, 16), 8), 8);
      const target = new NativeBuffer(libc, 8);
      assert.equal(libc.read(eventfd, target.address, 8), 8);
      assert.equal(target.bytes.readBigUInt64LE(0), 3n);
    });

    it('of small Buffers, which may move, are those of a copy', () => {
      const addresses = new AddressCache(libc);
      const eventfd = keep(libc.eventfd());
      const target = new NativeBuffer(libc, 8);
      for (let value = 1n; value < 100n; value++) {
        const small = Buffer.alloc(16);
        small.writeBigUInt64LE(value, 4);
        assert.equal(libc.write(eventfd, addresses.of(small, 4, 12), 8), 8);
        assert.equal(libc.read(eventfd, target.address, 8), 8);
        assert.equal(target.bytes.readBigUInt64LE(0), value);
      }
    });

    it('are remembered together with the Buffer', () => {
      let asked = 0;
      const addresses = new AddressCache({
        addressOf: (bytes) => {
          asked++;
          return libc.addressOf(bytes);
        },
      });
      const [a, b] = [Buffer.alloc(1000), Buffer.alloc(1000)];
      asked = 0;
      const first = addresses.of(a, 0, 10);
      assert.equal(addresses.of(a, 5, 10), first + 5);
      assert.equal(asked, 1);
      assert.notEqual(addresses.of(b, 0, 10), first);
      assert.equal(addresses.of(a, 0, 10), first);
      assert.equal(asked, 3);
    });
  });
});
