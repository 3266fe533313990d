/**
 * The effects of one unit: a request, a transaction or a script. Commands as RESP one behind another in one buffer,
 * without SELECT, MULTI and EXEC, which each listener gets as it needs them.
 */
import { assert } from '../../base/assert.js';
import type { Argv } from '../../commands/argv.js';
import type { Effect } from '../../commands/services/propagation.js';
import type { Moment } from '../../engine/moment.js';
import { Reply } from '../../protocol/reply.js';
import type { PropagationSink } from './sink.js';

const MULTI = Buffer.from('*1\r\n$5\r\nMULTI\r\n');
const EXEC = Buffer.from('*1\r\n$4\r\nEXEC\r\n');

const selections: Buffer[] = [];

function selectionOf(databaseId: number): Buffer {
  selections[databaseId] ??= Buffer.from(
    `*2\r\n$6\r\nSELECT\r\n$${String(databaseId).length}\r\n${databaseId}\r\n`,
  );
  return selections[databaseId];
}

export class Unit implements Effect {
  /** Commands in it. */
  count = 0;

  readonly #words = new Reply();
  /** By command: where it begins, its database, and whom it is for. */
  #starts = new Int32Array(16);
  #databases = new Int32Array(16);
  #targets = new Int32Array(16);
  /** Words that the last command still has to get. */
  #wordsDue = 0;

  /** @param targets TO_ bits */
  begin(databaseId: number, targets: number, wordCount: number): Effect {
    assert(this.#wordsDue === 0, 'an effect gets as many words as announced');
    if (this.count === this.#starts.length) this.#grow();
    this.#starts[this.count] = this.#words.length;
    this.#databases[this.count] = databaseId;
    this.#targets[this.count] = targets;
    this.count++;
    this.#wordsDue = wordCount;
    this.#words.array(wordCount);
    return this;
  }

  word(text: string): Effect {
    this.#wordsDue--;
    this.#words.bulkLatin1(text);
    return this;
  }

  argument(argv: Argv, index: number): Effect {
    return this.bytes(argv.bytes, argv.starts[index], argv.ends[index]);
  }

  bytes(bytes: Buffer, start: number, end: number): Effect {
    this.#wordsDue--;
    this.#words.bulk(bytes, start, end);
    return this;
  }

  integer(value: Moment): Effect {
    if (typeof value !== 'number') return this.word(String(value));
    this.#wordsDue--;
    this.#words.bulkInteger(value);
    return this;
  }

  /** What a handler began and, because of a bug, didn't come to the end of. */
  dropPartial(): void {
    if (this.#wordsDue === 0) return;
    this.#wordsDue = 0;
    this.count--;
    this.#words.rewind(this.#starts[this.count]);
  }

  /** A request as it came. */
  request(databaseId: number, targets: number, argv: Argv): void {
    this.begin(databaseId, targets, argv.count);
    this.#wordsDue = 0;
    for (let index = 0; index < argv.count; index++) {
      this.#words.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
    }
  }

  /** Hands everything that is for a listener to it. @param isAtomic several commands are a transaction */
  deliver(sink: PropagationSink, isAtomic: boolean): void {
    assert(this.#wordsDue === 0, 'an effect gets as many words as announced');
    let wanted = 0;
    for (let index = 0; index < this.count; index++) if ((this.#targets[index] & sink.target) !== 0) wanted++;
    if (wanted === 0) return;
    sink.beginUnit();
    const isTransaction = wanted > 1 && isAtomic;
    if (isTransaction) sink.write(MULTI, 0, MULTI.length);
    const { bytes, length } = this.#words;
    for (let index = 0; index < this.count; index++) {
      if ((this.#targets[index] & sink.target) === 0) continue;
      const databaseId = this.#databases[index];
      if (databaseId !== sink.selectedDb) {
        const selection = selectionOf(databaseId);
        sink.write(selection, 0, selection.length);
        sink.selectedDb = databaseId;
      }
      sink.write(bytes, this.#starts[index], index + 1 < this.count ? this.#starts[index + 1] : length);
    }
    if (isTransaction) sink.write(EXEC, 0, EXEC.length);
  }

  clear(): void {
    this.count = 0;
    this.#wordsDue = 0;
    this.#words.reset();
  }

  #grow(): void {
    const capacity = this.#starts.length * 2;
    const grown = (before: Int32Array): Int32Array<ArrayBuffer> => {
      const after = new Int32Array(capacity);
      after.set(before);
      return after;
    };
    this.#starts = grown(this.#starts);
    this.#databases = grown(this.#databases);
    this.#targets = grown(this.#targets);
  }
}
