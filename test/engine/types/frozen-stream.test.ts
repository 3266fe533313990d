/**
 * A frozen stream is shown node by node as it was, whatever is done to the stream meanwhile, and what it kept is given back;
 * so are its groups.
 */
import assert from 'node:assert/strict';
import { Random } from '../../../src/base/random.js';
import { listpackBytes } from '../../../src/engine/packed/listpack.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import { ConsumerGroup } from '../../../src/engine/types/stream/consumer-group.js';
import type { FrozenStream } from '../../../src/engine/types/stream/frozen-stream.js';
import type { Stream } from '../../../src/engine/types/stream/stream.js';
import { StreamId } from '../../../src/engine/types/stream/stream-id.js';
import type { StreamParts } from '../../../src/engine/types/stream/stream-parts.js';
import { Streams } from '../../../src/engine/types/stream/streams.js';
import { bytesOf, testKeyspace } from './support.js';

const ENTRIES = 400;
const SEEDS = [1, 2, 3, 4, 5, 6];

class Subject {
  readonly keyspace = testKeyspace();
  readonly stream: Stream;
  #next = 1;

  constructor() {
    const limits = new EncodingLimits();
    limits.streamNodeMaxEntries = 5;
    const streams = new Streams(this.keyspace, limits);
    this.stream = streams.get(streams.create(this.keyspace.databases[0], bytesOf('stream'), 0, 6));
    for (let count = 0; count < ENTRIES; count++) this.append();
  }

  /** What there is of it beyond its head. */
  get parts(): StreamParts {
    const { parts } = this.stream;
    assert.ok(parts !== null);
    return parts;
  }

  empty(): void {
    this.stream.trim({ maxLength: 0, minId: null, approximate: false, limit: 0 });
  }

  append(): void {
    const bytes = bytesOf(`fieldvalue ${this.#next}`);
    const fields = {
      bytes,
      starts: Int32Array.of(0, 5),
      ends: Int32Array.of(5, bytes.length),
      first: 0,
      pairs: 1,
    };
    this.stream.append(new StreamId().set(0, this.#next++, 0, 1), fields);
  }

  change(random: Random): void {
    const { stream } = this;
    switch (random.below(5)) {
      case 0:
        for (let left = random.below(8); left > 0; left--) this.append();
        break;
      case 1:
        stream.trim({
          maxLength: Math.max(0, stream.length - random.below(12)),
          minId: null,
          approximate: false,
          limit: 0,
        });
        break;
      default:
        stream.delete(new StreamId().set(0, random.below(this.#next), 0, 1));
    }
  }

  /** All nodes as they are. */
  nodes(): string[] {
    const { arena } = this.keyspace;
    return Array.from({ length: this.stream.nodeCount }, (_, node) => {
      const ref = this.stream.nodeRef(node);
      return shownNode(
        this.stream.readMasterId(node, new StreamId()),
        arena.bytesOf(ref),
        arena.offsetOf(ref),
      );
    });
  }
}

function shownNode(master: StreamId, bytes: Buffer, at: number): string {
  return `${master} ${bytes.toString('latin1', at, at + listpackBytes(bytes, at))}`;
}

function showAll(frozen: FrozenStream, between: () => void): string[] {
  const shown: string[] = [];
  for (let isOver = false; !isOver; ) {
    between();
    isOver = frozen.step((master, bytes, at) => void shown.push(shownNode(master, bytes, at)));
  }
  return shown;
}

describe('a frozen stream', () => {
  for (const seed of SEEDS) {
    it(`is shown in order and as it was, whatever changes meanwhile (seed ${seed})`, () => {
      const random = new Random(seed);
      const subject = new Subject();
      for (let count = 0; count < 40; count++) subject.change(random);
      const expected = subject.nodes();
      const { length, lastId } = subject.stream;
      const lastBefore = `${lastId}`;
      const frozen = subject.parts.freeze();
      const shown = showAll(frozen, () => {
        for (let left = random.below(seed * 2); left > 0; left--) subject.change(random);
      });
      subject.parts.thaw();
      assert.deepEqual(shown, expected);
      assert.equal(frozen.facts.length, length);
      assert.equal(`${frozen.facts.lastId}`, lastBefore);
    });
  }

  for (const isShown of [true, false]) {
    it(`gives back what it kept, ${isShown ? 'shown' : 'not shown'}`, () => {
      const subject = new Subject();
      const bytesBefore = subject.keyspace.arena.usedBytes;
      const frozen = subject.parts.freeze();
      subject.empty();
      assert.equal(subject.keyspace.arena.usedBytes, bytesBefore);
      if (isShown) showAll(frozen, () => {});
      subject.parts.thaw();
      const unfrozen = new Subject();
      unfrozen.empty();
      assert.equal(subject.keyspace.arena.usedBytes, unfrozen.keyspace.arena.usedBytes);
    });
  }

  it('has its groups as they were, although commands get at them, and frees them when it is thawed', () => {
    const subject = new Subject();
    const group = new ConsumerGroup('group', new StreamId(), 0);
    group.createConsumer('ann', 1);
    subject.stream.addGroup(group);
    const frozen = subject.parts.freeze();
    const found = subject.stream.groups.get('group');
    assert.equal(found, group);
    const consumer = group.createConsumer('bob', 2);
    group.deliver(new StreamId().set(0, 1, 0, 1), consumer, 3);
    subject.stream.deleteGroup('group');
    const [shown] = frozen.freezeGroups();
    assert.deepEqual([...shown.consumers.keys()], ['ann']);
    assert.equal(shown.pending.length, 0);
    subject.parts.thaw();
    assert.equal(group.pending.length, 1);
  });
});
