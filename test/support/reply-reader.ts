/**
 * Cuts a stream of RESP2 or RESP3 into replies, each as the bytes that came: tests compare bytes. Written
 * without regard to the server's own code, so that the two check each other.
 *
 * It remembers how many values the reply under way still lacks, so a reply of a million elements that comes in
 * a thousand pieces is looked at once.
 *
 * Source: redis.io/docs/reference/protocol-spec.
 */
import assert from 'node:assert/strict';

const INITIAL_BYTES = 64 * 1024;
const LF = 10;

export class ReplyReader {
  #bytes = Buffer.alloc(INITIAL_BYTES);
  /** The reply under way begins here. */
  #start = 0;
  /** Everything before it was looked at. */
  #position = 0;
  #end = 0;
  /** Values that the reply under way still lacks. */
  #lacking = 1;

  feed(chunk: Buffer): void {
    this.#reserve(chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole reply, copied, or null. */
  next(): Buffer | null {
    while (this.#lacking > 0) {
      if (!this.#passValue()) return null;
    }
    const reply = Buffer.from(this.#bytes.subarray(this.#start, this.#position));
    this.#start = this.#position;
    this.#lacking = 1;
    return reply;
  }

  /** What has come of a reply that isn't whole. */
  get rest(): Buffer {
    return Buffer.from(this.#bytes.subarray(this.#start, this.#end));
  }

  /** Passes one scalar, or the header of an aggregate. @returns false when it isn't whole */
  #passValue(): boolean {
    const lineEnd = this.#bytes.indexOf(LF, this.#position);
    if (lineEnd < 0 || lineEnd >= this.#end) return false;
    const type = String.fromCharCode(this.#bytes[this.#position]);
    assert.equal(this.#bytes[lineEnd - 1], 13, `a line of a reply ends with CRLF, after type ${type}`);
    let after = lineEnd + 1;
    let members = 0;
    if ('$=!'.includes(type)) {
      const length = this.#integer(lineEnd);
      if (length >= 0) after += length + 2;
      if (after > this.#end) return false;
    } else if ('*~>'.includes(type)) {
      members = Math.max(0, this.#integer(lineEnd));
    } else if (type === '%') {
      members = 2 * this.#integer(lineEnd);
    } else if (type === '|') {
      // Attributes come before the value they belong to.
      members = 2 * this.#integer(lineEnd) + 1;
    } else {
      assert.ok('+-:_,#('.includes(type), `unknown type of reply ${JSON.stringify(type)}`);
    }
    this.#lacking += members - 1;
    this.#position = after;
    return true;
  }

  #integer(lineEnd: number): number {
    const text = this.#bytes.toString('latin1', this.#position + 1, lineEnd - 1);
    assert.match(text, /^(-1|0|[1-9]\d*)$/, 'a length in a reply is a canonical number');
    return Number(text);
  }

  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const held = this.#end - this.#start;
    const target =
      held + count <= this.#bytes.length / 2
        ? this.#bytes
        : Buffer.alloc(Math.max(INITIAL_BYTES, (held + count) * 2));
    this.#bytes.copy(target, 0, this.#start, this.#end);
    this.#bytes = target;
    this.#position -= this.#start;
    this.#start = 0;
    this.#end = held;
  }
}
