/**
 * A toy server behind the seam: it answers each line with itself, and does a few other things when a line
 * asks for them. Sessions keep what they saw, for tests to look at.
 */
import type { FrontendServer, FrontendSession, Transport } from '../../../src/server/frontend.js';

const NEWLINE = 0x0a;

export class LineSession implements FrontendSession {
  bytesWanted = 0;
  lines = 0;
  receives = 0;
  drains = 0;
  closes = 0;
  constructor(readonly transport: Transport) {}
}

export class LineServer implements FrontendServer<LineSession> {
  readonly sessions: LineSession[] = [];
  /** Called for each line, which includes its newline; writes the reply. */
  answer: (session: LineSession, bytes: Buffer, start: number, end: number) => void = (
    session,
    bytes,
    start,
    end,
  ) => session.transport.write(bytes, start, end);
  /** Asked after each line: whether to pause the transport and consume no more. */
  pauses: (session: LineSession) => boolean = () => false;
  onDrained: (session: LineSession) => void = () => {};
  onClose: (session: LineSession) => void = () => {};
  refuses = false;

  open(transport: Transport): LineSession | null {
    if (this.refuses) {
      const refusal = Buffer.from('-full\r\n');
      transport.write(refusal, 0, refusal.length);
      transport.close(false);
      return null;
    }
    const session = new LineSession(transport);
    this.sessions.push(session);
    return session;
  }

  receive(session: LineSession, bytes: Buffer, start: number, end: number): number {
    session.receives++;
    let at = start;
    while (at < end) {
      const newline = bytes.indexOf(NEWLINE, at);
      if (newline < 0 || newline >= end) break;
      session.lines++;
      this.answer(session, bytes, at, newline + 1);
      at = newline + 1;
      if (this.pauses(session)) {
        session.transport.pause();
        break;
      }
    }
    session.bytesWanted = end - at + 1;
    return at - start;
  }

  drained(session: LineSession): void {
    session.drains++;
    this.onDrained(session);
  }

  tick(): number {
    return 1000;
  }

  close(session: LineSession): void {
    session.closes++;
    this.onClose(session);
  }
}
