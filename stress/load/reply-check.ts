/**
 * redis-parser beside our own comparison. It parses every reply that is found wrong, to say what it is, and a
 * sample of those found right, as a second opinion: parsing all of them would cost more than the server spends.
 */
import Parser from 'redis-parser';

/** One reply in this many gets the second opinion. */
const SAMPLE_INTERVAL = 1024;

const SHOWN_BYTES = 80;

export class ReplySampler {
  #replies: unknown[] = [];
  #countdown = SAMPLE_INTERVAL;
  readonly #parser = new Parser({
    returnReply: (reply) => this.#replies.push(reply),
    returnError: (error) => this.#replies.push(error),
    returnFatalError: (error) => this.#replies.push(error),
    returnBuffers: true,
  });

  /** False when it is a sampled reply's turn and redis-parser doesn't see one whole, good reply there. */
  agrees(bytes: Buffer, start: number, end: number): boolean {
    if (--this.#countdown > 0) return true;
    this.#countdown = SAMPLE_INTERVAL;
    this.#replies = [];
    this.#parser.reset();
    this.#parser.execute(Buffer.from(bytes.subarray(start, end)));
    return this.#replies.length === 1 && !(this.#replies[0] instanceof Error);
  }
}

/** The reply at `start` as a line for people; an error reply begins with `-`. */
export function describeReply(bytes: Buffer, start: number, end: number): string {
  let found = '';
  const parser = new Parser({
    returnReply: (reply) => {
      if (found === '') found = show(reply);
    },
    returnError: (error) => {
      if (found === '') found = shorten(`-${error.message}`);
    },
    returnFatalError: (error) => {
      if (found === '') found = `no RESP: ${error.message}`;
    },
  });
  parser.execute(Buffer.from(bytes.subarray(start, end)));
  return found === '' ? `the beginning of ${show(bytes.toString('latin1', start, end))}` : found;
}

function show(reply: unknown): string {
  const text = JSON.stringify(reply) ?? String(reply);
  return shorten(text);
}

function shorten(text: string): string {
  return text.length > SHOWN_BYTES ? `${text.slice(0, SHOWN_BYTES)}…` : text;
}
