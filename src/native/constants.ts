/**
 * Numbers of Linux' C interface. They are the same on x86-64 and arm64, the two architectures that
 * `layout.ts` knows; other kernels have other ones.
 * Source: include/uapi/asm-generic/{fcntl,mman-common,socket}.h, include/uapi/linux/{eventpoll,tcp,in,in6}.h.
 */

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_REUSEPORT = 15;
export const SO_BUSY_POLL = 46;

export const IPPROTO_IP = 0;
/** bind() with port 0 leaves choosing the port to connect(), which needs only a free pair of addresses. */
export const IP_BIND_ADDRESS_NO_PORT = 24;

export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;

export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;

export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

export const MADV_DONTNEED = 4;
export const MADV_HUGEPAGE = 14;
export const MADV_POPULATE_WRITE = 23;
export const MADV_COLLAPSE = 25;

export const MSG_NOSIGNAL = 0x4000;

export const O_RDONLY = 0;
export const O_CLOEXEC = 0o2000000;

export const O_NONBLOCK = SOCK_NONBLOCK;
export const F_SETPIPE_SZ = 1031;
export const SPLICE_F_MOVE = 1;
export const SPLICE_F_NONBLOCK = 2;

export const EFD_NONBLOCK = SOCK_NONBLOCK;
export const EFD_CLOEXEC = SOCK_CLOEXEC;

export const EPOLL_CLOEXEC = SOCK_CLOEXEC;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;
/** Bit 31: as a signed 32-bit number, so that masks stay small integers for V8. */
export const EPOLLONESHOT = 1 << 30;
export const EPOLLET = 1 << 31;
