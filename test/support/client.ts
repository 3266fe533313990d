/**
 * What a test does with a connection, whichever way the bytes go: through memory, or over a socket to
 * januskv or to a real redis-server.
 */
import assert from 'node:assert/strict';
import { type Plain, parseReply, plain, ReplyFailure, type ReplyNode } from './reply-node.js';
import { ReplyReader } from './reply-reader.js';
import { encodeRequest, show, type Word, wordsOf } from './words.js';

/** One text for both protocols, or one for each. */
export type Expected = string | { readonly resp2: string; readonly resp3: string };

/** The bytes' way out and the end of the connection; bytes that come in are handed to `received`. */
export interface Wire {
  send(bytes: Buffer): void;
  /** Ends the connection in the ordinary way. */
  end(): void;
}

const PUSH = '>'.charCodeAt(0);

export class Client {
  /** 2 until `hello`. */
  resp: 2 | 3 = 2;
  /** RESP3 pushes that came between replies, oldest first. */
  readonly pushes: ReplyNode[] = [];
  isClosed = false;

  #wire: Wire | null = null;
  readonly #reader = new ReplyReader();
  readonly #replies: Buffer[] = [];
  readonly #waiting: { resolve(reply: Buffer): void; reject(error: Error): void }[] = [];
  #onClosed: (() => void)[] = [];

  /** Called once, by whoever makes the connection. */
  attach(wire: Wire): this {
    this.#wire = wire;
    return this;
  }

  received(bytes: Buffer): void {
    this.#reader.feed(bytes);
    for (let reply = this.#reader.next(); reply !== null; reply = this.#reader.next()) this.#deliver(reply);
  }

  closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.reject(
        new Error(`the connection closed before its reply; it began ${show(this.#reader.rest)}`),
      );
    }
    for (const wake of this.#onClosed.splice(0)) wake();
  }

  /** Resolves when the server has closed the connection. */
  end(): Promise<void> {
    return this.isClosed ? Promise.resolve() : new Promise((resolve) => this.#onClosed.push(resolve));
  }

  /** Closes our side. */
  close(): void {
    this.#wire?.end();
  }

  /** Bytes as they are, whole requests or not. */
  send(bytes: Buffer | string): void {
    assert.ok(this.#wire !== null, 'the client is connected');
    this.#wire.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The next reply, byte for byte. Pushes are left out: they gather in `pushes`. */
  reply(): Promise<Buffer> {
    const reply = this.#replies.shift();
    if (reply !== undefined) return Promise.resolve(reply);
    if (this.isClosed) return Promise.reject(new Error('the connection is closed'));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The next reply if it has come, or null. */
  takeReply(): Buffer | null {
    return this.#replies.shift() ?? null;
  }

  /** Replies that came and that nobody took. */
  get unread(): number {
    return this.#replies.length;
  }

  /** What came of a reply that isn't whole. */
  get partialReply(): Buffer {
    return this.#reader.rest;
  }

  /** Runs a command: its reply's bytes. */
  raw(...words: Word[]): Promise<Buffer> {
    this.send(encodeRequest(words));
    return this.reply();
  }

  /** Runs a command: its reply with all types kept. */
  async node(...words: Word[]): Promise<ReplyNode> {
    return parseReply(await this.raw(...words));
  }

  /**
   * Runs a command: its reply as a RESP2 client sees it, whichever protocol is spoken.
   * @throws ReplyFailure when it is an error
   */
  async call(...words: Word[]): Promise<Plain> {
    const value = plain(await this.node(...words));
    if (value instanceof ReplyFailure) throw value;
    return value;
  }

  /** Runs a command that has to be refused with this message, which has no leading minus. */
  async refused(message: string, ...words: Word[]): Promise<void> {
    assert.equal(show(await this.raw(...words)), show(Buffer.from(`-${message}\r\n`, 'latin1')));
  }

  /** Runs a command whose reply is these bytes. @param command words with a space between, or an array */
  async wire(command: string | readonly Word[], expected: Expected): Promise<void> {
    const reply = await this.raw(...wordsOf(command));
    const text = typeof expected === 'string' ? expected : this.resp === 2 ? expected.resp2 : expected.resp3;
    assert.equal(show(reply, 2000), show(Buffer.from(text, 'latin1'), 2000));
  }

  /** Speaks RESP3 from here on. */
  async hello3(): Promise<void> {
    const reply = await this.raw('HELLO', 3);
    assert.equal(reply.toString('latin1', 0, 1), '%', show(reply));
    this.resp = 3;
  }

  /** The next push, awaited. */
  async push(): Promise<Plain> {
    while (this.pushes.length === 0) await new Promise<void>((resolve) => this.#onPush.push(resolve));
    return plain(this.pushes.shift()!);
  }

  #onPush: (() => void)[] = [];

  #deliver(reply: Buffer): void {
    if (reply[0] === PUSH) {
      this.pushes.push(parseReply(reply));
      for (const wake of this.#onPush.splice(0)) wake();
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#replies.push(reply);
    else waiting.resolve(reply);
  }
}
