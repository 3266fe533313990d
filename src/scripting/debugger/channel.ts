/**
 * The way to the client who debugs a script, past the server: the script holds the thread, and nothing arrives by itself.
 */
export interface DebugChannel {
  /** Waits for what the client sends next. @returns null when it is gone */
  read(): Buffer | null;
  /** All of it, as far as the client takes it. The bytes are the caller's again when it returns. */
  write(bytes: Buffer): void;
}
