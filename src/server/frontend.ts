/**
 * The seam between frontends and server: "bytes arrived" and "bytes to send", never "fd is readable".
 * It serves a stream (v1), readiness (v2) and completion alike. A frontend moves bytes and knows no
 * command; the server knows commands and no file descriptor.
 *
 *     frontend                               server
 *     accept        ── open(transport) ───►  Session
 *     bytes arrived ── receive(…) ────────►  parses, runs, replies
 *                   ◄── transport.write ───  once per receive, or when another session caused the bytes
 *     peer is gone  ── close(session) ────►  forgets it
 *
 * Everything is synchronous and on one thread. No call of the server throws for what a client did.
 */

/** What a connection keeps of its peer's unfinished request, or of those that it may not offer yet. */
export interface KeptInput {
  /** Received and not consumed, whether it was offered or not. */
  readonly heldBytes: number;
  /** Allocated for what else comes. */
  readonly roomBytes: number;
}

/** What the server may ask of a connection. Implemented by each frontend. */
export interface Transport {
  /** The peer, as CLIENT LIST shows it: `127.0.0.1:50000`, `[::1]:50000` or `/path/of.sock:0`. */
  readonly peerAddress: string;
  /** Our end, in the same form. */
  readonly localAddress: string;
  /** The descriptor for CLIENT LIST's `fd=`, or -1 where there is none to show. */
  readonly descriptor: number;
  /** The descriptor is another thread's to read: nobody else may. Absent for those of the server's own thread. */
  readonly isReadElsewhere?: boolean;
  /** The peer is known to be on this machine. Absent or false where only its address can tell. */
  readonly isLocal?: boolean;
  /** Bytes taken by `write` and not yet given to the kernel. */
  readonly pendingBytes: number;
  /** Null where nothing is kept; absent where nobody can tell. To be looked at, not to be kept. */
  readonly keptInput?: KeptInput | null;

  /**
   * Takes [start, end): sends it or copies it before it returns, and never keeps the view. Order is
   * kept. Must not call back into the server: a peer found dead here is reported by `close` from
   * the frontend's own loop later.
   */
  write(bytes: Buffer, start: number, end: number): void;
  /** No request is wanted until `resume`. The frontend stops reading; it keeps what it has. */
  pause(): void;
  /** Whether small pieces go at once, as they do at first. Absent where nobody can say so. Throws for a Unix socket. */
  setNoDelay?(isOn: boolean): void;
  /** Requests are wanted again: the frontend offers what it kept, then reads, in a later turn. */
  resume(): void;
  /**
   * Other connections come first: the frontend keeps what this `receive` leaves, and in a later turn offers it before it
   * reads any more. Absent where nobody else waits meanwhile: then `receive` leaves no whole request.
   */
  offerAgain?(): void;
  /**
   * Stops reading, sends what is pending, then closes; `now` drops what is pending. The frontend
   * still calls `Server.close` once, in a later turn.
   */
  close(now: boolean): void;
}

/** What a frontend keeps of a session: an opaque handle. */
export interface FrontendSession {
  /**
   * Bytes, counted from the start of the unfinished request, below which `receive` can do nothing:
   * a frontend that waits for a value of 100 MB sizes its buffer by it, once.
   */
  readonly bytesWanted: number;
  /** Reads what `receive` is going to read of the session, for the cache alone. @returns anything */
  preload?(): number;
}

/** What a frontend may ask of the server. */
export interface FrontendServer<S extends FrontendSession = FrontendSession> {
  /**
   * A connection was accepted.
   * @returns null when it was refused: the reply was written and the transport told to close; there
   *   is no session to close.
   */
  open(transport: Transport): S | null;
  /**
   * Runs every whole request in [start, end).
   * @returns bytes consumed. The rest is the frontend's to keep and to offer again, from its first
   *   byte, with what follows. Fewer than possible are consumed when the session was paused, or
   *   others are to be served first (`offerAgain`).
   */
  receive(session: S, bytes: Buffer, start: number, end: number): number;
  /**
   * The transport's pending bytes fell to zero after having been above it: what waited for room goes
   * on. Frontends call it from their own loop, never from inside `write`.
   */
  drained(session: S): void;
  /**
   * The frontend has handled all that there was for now: replies that were held back for others to come with them go
   * out. A frontend that has no such moments needn't call it.
   */
  endTurn?(): void;
  /** Runs due work. @returns milliseconds until it has to be called again. */
  tick(): number;
  /** The connection is gone. Called exactly once for each session. */
  close(session: S): void;
}

/** Where a frontend listens. Port 0 asks for a free one; a path is a Unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * The default of `pendingBytesPause`: enough for the replies to the largest pipelines that clients send
 * before they read, and little enough that a few clients that never read don't take the machine.
 */
export const PENDING_BYTES_PAUSE = 32 * 1024 * 1024;

/**
 * What a paused connection still receives, without offering it, so that its peer's end is seen in time: a client that
 * goes away must not get what others wait for.
 */
export const READ_AHEAD_BYTES = 64 * 1024;

/** What a frontend is told once. Fields are read when they are needed, so they may be getters. */
export interface FrontendOptions {
  /** Silence before the kernel probes whether a peer is alive, 0 for never: `tcp-keepalive`. Read at each accept. */
  readonly tcpKeepaliveSeconds?: number;
  /**
   * While more than this waits for a client that doesn't take its replies, no more of its requests are
   * read. Generous, because a client that sends a whole pipeline before it reads would wait for ever.
   */
  readonly pendingBytesPause?: number;
  /** Called for trouble that no client caused and that the frontend survives, such as EMFILE in accept. */
  readonly report?: (trouble: Error) => void;
}

/** Since the frontend was created; they never fall. */
export interface FrontendCounters {
  readonly accepted: number;
  readonly closed: number;
  /** Failed accepts: no descriptor left, mostly. */
  readonly acceptErrors: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

/** An address that a frontend listens on. */
export interface Listener {
  /** 0 for a Unix socket. */
  readonly port: number;
  /** Stops accepting there; clients that are connected stay. Absent where threads listen for themselves. */
  readonly stop?: () => void;
}

/** One way to serve connections. Several may serve one server at once. */
export interface Frontend {
  readonly name: string;
  readonly counters: FrontendCounters;
  /** Starts to accept; may be called for several addresses. Rejects with the system's error. */
  listen(address: ListenAddress, backlog: number): Promise<Listener>;
  /**
   * Takes what its clients sent meanwhile to the server, from inside of a call of the server. Absent where sockets are
   * served by an event loop that has to return first.
   */
  serveInside?(): void;
  /** Meanwhile nobody is accepted: those who aren't connected yet wait for the event loop. */
  readonly acceptsNobodyInside?: boolean;
  /**
   * Serves a client of another server, beside its own, on a connected socket of this process, which is its own from then on.
   * Once it listens somewhere. Absent where it has no descriptors, or sockets are other threads'.
   */
  adopt?<S extends FrontendSession>(descriptor: number, server: FrontendServer<S>): void;
  /** Whether its sockets keep the process running, as they do at first. Absent where they always do. */
  hold?(isHeld: boolean): void;
  /**
   * Stops accepting, sends the replies owed, closes every connection. What is not taken within
   * `deadlineMs` is dropped. Resolves when no socket is left; safe to call twice.
   */
  close(deadlineMs: number): Promise<void>;
}
