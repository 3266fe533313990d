/**
 * The seam between a server and the thread that debugs a script of its on a copy of the data. Everything that is given to a thread
 * can be cloned.
 */
import type { DirectiveName } from '../config/table.js';

/** What a copy of a server is made of, beside its data. Texts are a character each byte. */
export interface DebuggedRequest {
  /** What differs from the defaults: names, and the rest of a line. */
  readonly settings: readonly (readonly [name: DirectiveName, line: string])[];
  /** Server-wide states that gates ask about. */
  readonly states: number;
  readonly client: {
    readonly databaseId: number;
    readonly resp: number;
    readonly name: string;
    /** Its user's name and rules; null when it may do everything. */
    readonly user: readonly string[] | null;
  };
  /** The EVAL, as it came. */
  readonly request: Uint8Array;
  /** 40 characters, which follow the snapshot. */
  readonly endMark: string;
}

/** The thread, as the server sees it. */
export interface DebugThread {
  /** Bytes of the snapshot that it was given and has not loaded. */
  readonly laggingBytes: number;
  /** Of the snapshot, and of the mark behind it. The bytes are the caller's again when it returns. */
  load(bytes: Buffer): void;
  /** What the client sends. The bytes are the caller's again when it returns. */
  received(bytes: Buffer): void;
  /** Wherever it is. Nothing is heard of it any more. */
  end(): void;
}

/** What the server hears of the thread, in turns of its own. */
export interface DebugThreadListener {
  /** It has loaded what it was given. */
  caughtUp(): void;
  /** For the client. */
  said(bytes: Buffer): void;
  /** What the script logs. */
  logged(level: number, message: string): void;
  /** A bug of ours showed itself there; the client was told so. */
  brokenBy(error: unknown): void;
  /** It is over. @param error null: as it should be; otherwise the client wasn't told anything */
  ended(error: Error | null): void;
}

export type StartDebugThread = (request: DebuggedRequest, listener: DebugThreadListener) => DebugThread;
