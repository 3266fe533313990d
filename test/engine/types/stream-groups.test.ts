/** Streams and their groups through random histories, beside a model of plain arrays and maps. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Arena } from '../../../src/engine/arena.js';
import type { Keyspace } from '../../../src/engine/keyspace.js';
import { listpackBytes } from '../../../src/engine/packed/listpack.js';
import { EncodingLimits } from '../../../src/engine/types/encoding-limits.js';
import {
  ConsumerGroup,
  inNameOrder,
  READ_COUNT_UNKNOWN,
} from '../../../src/engine/types/stream/consumer-group.js';
import { countRadixNodes } from '../../../src/engine/types/stream/radix-nodes.js';
import { advance, lagOf } from '../../../src/engine/types/stream/read-count.js';
import type { Stream } from '../../../src/engine/types/stream/stream.js';
import { MAX_ID, StreamId } from '../../../src/engine/types/stream/stream-id.js';
import { NOT_A_NODE, StreamNodeValidator } from '../../../src/engine/types/stream/stream-node-validate.js';
import { Streams } from '../../../src/engine/types/stream/streams.js';
import { RecycledMemory } from '../../support/recycled-memory.js';
import { testKeyspace } from './support.js';

const KEY = Buffer.from('stream');
const COPY = Buffer.from('copy');
const FIELDS = {
  bytes: Buffer.from('namevalue'),
  starts: Int32Array.of(0, 4),
  ends: Int32Array.of(4, 9),
  first: 0,
  pairs: 1,
};
const NODE_ENTRIES = 4;
const GROUPS = ['g', 'h'];
const CONSUMERS = ['alice', 'bob', ''];

interface PendingModel {
  consumer: string;
  count: number;
}

interface GroupModel {
  lastTime: number;
  readonly pending: Map<number, PendingModel>;
  readonly consumers: Set<string>;
}

/** Ids are times with sequence 0, the order in which entries came. */
const idOf = (time: number): StreamId => new StreamId().setTime(time);
const timeOf = (id: StreamId): number => id.msLo;

const memory = new RecycledMemory();
let lastArena: Arena | null = null;

/** One at a time: it takes the memory of the last one. */
class Subject {
  readonly keyspace: Keyspace;
  readonly emptyBytes: number;
  readonly limits = new EncodingLimits();
  readonly streams: Streams;
  readonly entry: number;
  readonly stream: Stream;
  /** Times of the entries that are there. */
  times: number[] = [];
  lastTime = 0;
  /** Nothing was deleted, trimmed or set back: then the lag is what there is to read. */
  isPlain = true;
  readonly groups = new Map<string, GroupModel>();

  constructor() {
    if (lastArena !== null) memory.giveBack(lastArena);
    this.keyspace = testKeyspace(memory.take);
    lastArena = this.keyspace.arena;
    this.emptyBytes = this.keyspace.usedBytes();
    this.limits.streamNodeMaxEntries = NODE_ENTRIES;
    this.streams = new Streams(this.keyspace, this.limits);
    this.entry = this.streams.create(this.keyspace.databases[0], KEY, 0, KEY.length);
    this.stream = this.streams.get(this.entry);
  }

  add(gap: number): void {
    this.lastTime += gap;
    this.stream.append(idOf(this.lastTime), FIELDS);
    this.times.push(this.lastTime);
  }

  delete(pick: number): void {
    this.isPlain = false;
    const [time] = this.times.splice(pick % (this.times.length + 1), 1);
    assert.equal(this.stream.delete(idOf(time ?? this.lastTime + 1)), time !== undefined);
  }

  trim(pick: number, isApproximate: boolean): void {
    this.isPlain = false;
    const maxLength = pick % (this.times.length + 1);
    const removed = this.stream.trim({ maxLength, minId: null, approximate: isApproximate, limit: 0 });
    const most = this.times.length - maxLength;
    if (isApproximate) assert.ok(removed <= most);
    else assert.equal(removed, most);
    this.times.splice(0, removed);
  }

  createGroup(name: string): void {
    if (this.groups.has(name)) return;
    this.stream.addGroup(new ConsumerGroup(name, new StreamId(), READ_COUNT_UNKNOWN));
    this.groups.set(name, { lastTime: 0, pending: new Map(), consumers: new Set() });
  }

  destroyGroup(name: string): void {
    assert.equal(this.stream.deleteGroup(name), this.groups.delete(name));
  }

  /** Does something with a group and a consumer, where the group exists. */
  #within(name: string, consumerName: string, act: (group: ConsumerGroup, model: GroupModel) => void): void {
    const group = this.stream.groups.get(name);
    const model = this.groups.get(name);
    if (group === undefined || model === undefined) return;
    if (!group.consumers.has(consumerName)) group.createConsumer(consumerName, 1);
    model.consumers.add(consumerName);
    act(group, model);
  }

  read(name: string, consumerName: string, count: number, isAcknowledged: boolean): void {
    this.#within(name, consumerName, (group, model) => {
      const consumer = group.consumers.get(consumerName);
      assert.ok(consumer !== undefined);
      const from = group.lastId.clone();
      from.increment();
      const cursor = this.streams.range(this.stream, from, MAX_ID, false);
      const expected = this.times.filter((time) => time > model.lastTime).slice(0, count);
      for (const time of expected) {
        assert.equal(cursor.next(), true);
        assert.equal(timeOf(cursor.id), time);
        advance(this.stream, group, cursor.id);
        model.lastTime = time;
        if (isAcknowledged) continue;
        group.deliver(cursor.id, consumer, 5);
        model.pending.set(time, { consumer: consumerName, count: 1 });
      }
    });
  }

  acknowledge(name: string, pick: number): void {
    this.#within(name, CONSUMERS[0], (group, model) => {
      const times = [...model.pending.keys()];
      const time = times[pick % (times.length + 1)];
      assert.equal(group.acknowledge(idOf(time ?? this.lastTime + 1)), time !== undefined);
      if (time !== undefined) model.pending.delete(time);
    });
  }

  claim(name: string, consumerName: string, pick: number): void {
    this.#within(name, consumerName, (group, model) => {
      const times = [...model.pending.keys()];
      const time = times[pick % (times.length + 1)];
      const pending = group.pending.get(idOf(time ?? 0));
      assert.equal(pending !== null, time !== undefined);
      const consumer = group.consumers.get(consumerName);
      if (pending === null || consumer === undefined) return;
      group.redeliver(pending, consumer, 5, 1);
      model.pending.set(time, { consumer: consumerName, count: 1 });
    });
  }

  deleteConsumer(name: string, consumerName: string): void {
    this.#within(name, consumerName, (group, model) => {
      const consumer = group.consumers.get(consumerName);
      assert.ok(consumer !== undefined);
      const theirs = [...model.pending].filter(([, pending]) => pending.consumer === consumerName);
      assert.equal(group.deleteConsumer(consumer), theirs.length);
      for (const [time] of theirs) model.pending.delete(time);
      model.consumers.delete(consumerName);
    });
  }

  setBack(name: string, pick: number): void {
    this.isPlain = false;
    this.#within(name, CONSUMERS[0], (group, model) => {
      model.lastTime = pick % (this.lastTime + 1);
      group.lastId.copyFrom(idOf(model.lastTime));
      group.readCount = READ_COUNT_UNKNOWN;
    });
  }

  check(stream = this.stream): void {
    const { arena } = this.keyspace;
    const validator = new StreamNodeValidator();
    let length = 0;
    for (let node = 0; node < stream.nodeCount; node++) {
      const ref = stream.nodeRef(node);
      const at = arena.offsetOf(ref);
      const bytes = Buffer.from(arena.bytesOf(ref).subarray(at, at + listpackBytes(arena.bytesOf(ref), at)));
      const live = validator.validate(bytes, stream.readMasterId(node, new StreamId()));
      assert.notEqual(live, NOT_A_NODE, `node ${node} is sound`);
      length += live;
    }
    assert.equal(stream.length, length);
    assert.equal(stream.length, this.times.length);
    assert.equal(timeOf(stream.firstId), this.times[0] ?? 0);
    assert.equal(timeOf(stream.lastId), this.lastTime);
    assert.equal(stream.groups.size, this.groups.size);
    for (const [name, model] of this.groups) this.#checkGroup(stream, name, model);
  }

  #checkGroup(stream: Stream, name: string, model: GroupModel): void {
    const group = stream.groups.get(name);
    assert.ok(group !== undefined);
    assert.deepEqual(
      inNameOrder(group.consumers).map((consumer) => consumer.name),
      [...model.consumers].sort(),
    );
    const times = [...model.pending.keys()].sort((a, b) => a - b);
    const found = [...group.pending.from(new StreamId())];
    assert.equal(group.pending.length, times.length);
    assert.deepEqual(
      found.map(({ id, consumer }) => `${timeOf(id)} ${consumer.name}`),
      times.map((time) => `${time} ${model.pending.get(time)?.consumer}`),
    );
    for (const consumer of group.consumers.values()) {
      const own = [...consumer.pending.from(new StreamId())];
      assert.equal(consumer.pending.length, own.length);
      assert.deepEqual(
        own,
        found.filter((pending) => pending.consumer === consumer),
      );
    }
    if (this.isPlain && group.readCount !== READ_COUNT_UNKNOWN)
      assert.equal(lagOf(stream, group), this.times.filter((time) => time > model.lastTime).length);
  }
}

const group = fc.constantFrom(...GROUPS);
const consumer = fc.constantFrom(...CONSUMERS);
const pick = fc.nat(1000);

/** A step, and how it is shown when a run fails. */
interface Step {
  readonly act: (subject: Subject) => void;
  toString(): string;
}

const named = <T>(
  name: string,
  words: fc.Arbitrary<T>,
  act: (subject: Subject, word: T) => void,
): fc.Arbitrary<Step> =>
  words.map((word) => ({
    act: (subject) => act(subject, word),
    toString: () => `${name} ${JSON.stringify(word)}`,
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: named('add', fc.integer({ min: 1, max: 3 }), (subject, gap) => subject.add(gap)) },
  { weight: 3, arbitrary: named('delete', pick, (subject, at) => subject.delete(at)) },
  {
    weight: 1,
    arbitrary: named('trim', fc.tuple(pick, fc.boolean()), (subject, [at, isNear]) =>
      subject.trim(at, isNear),
    ),
  },
  { weight: 2, arbitrary: named('create', group, (subject, name) => subject.createGroup(name)) },
  { weight: 1, arbitrary: named('destroy', group, (subject, name) => subject.destroyGroup(name)) },
  {
    weight: 5,
    arbitrary: named(
      'read',
      fc.tuple(group, consumer, fc.integer({ min: 1, max: 4 }), fc.boolean()),
      (subject, [name, reader, count, isDone]) => subject.read(name, reader, count, isDone),
    ),
  },
  {
    weight: 2,
    arbitrary: named('ack', fc.tuple(group, pick), (subject, words) => subject.acknowledge(...words)),
  },
  {
    weight: 2,
    arbitrary: named('claim', fc.tuple(group, consumer, pick), (subject, words) => subject.claim(...words)),
  },
  {
    weight: 1,
    arbitrary: named('leave', fc.tuple(group, consumer), (subject, words) =>
      subject.deleteConsumer(...words),
    ),
  },
  {
    weight: 1,
    arbitrary: named('back', fc.tuple(group, pick), (subject, words) => subject.setBack(...words)),
  },
);

describe('Streams with groups', () => {
  it('are what plain arrays and maps say they are, and leave no memory behind', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const subject = new Subject();
        for (const { act } of steps) {
          act(subject);
          subject.check();
          subject.stream.settle();
        }
        const { keyspace, streams, entry } = subject;
        const [db] = keyspace.databases;
        const copied = db.copyEntry(entry, db, COPY, 0, COPY.length);
        subject.check(streams.get(copied));
        db.removeEntry(copied);
        keyspace.flushAll();
        while (keyspace.reclaimer.pending > 0) keyspace.tick(1000);
        assert.equal(keyspace.usedBytes(), subject.emptyBytes, 'nothing leaks');
      }),
      { numRuns: 150 },
    );
  });

  it("have as many radix tree nodes as a tree of Redis' kind", () => {
    const time = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }));
    const id = fc.tuple(fc.nat(2), time, fc.nat(1), time).map((words) => new StreamId().set(...words));
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 40, selector: String }), (ids) => {
        const subject = new Subject();
        subject.limits.streamNodeMaxEntries = 1;
        const sorted = ids.filter((one) => !one.isZero).sort((a, b) => a.compare(b));
        for (const one of sorted) subject.stream.append(one, FIELDS);
        const keys = sorted.map(({ msHi, msLo, seqHi, seqLo }) =>
          [msHi, msLo, seqHi, seqLo].map((word) => word.toString(16).padStart(8, '0')).join(''),
        );
        assert.equal(countRadixNodes(subject.stream), keys.length === 0 ? 1 : treeNodes(keys, 0));
      }),
      { numRuns: 100 },
    );
  });
});

/** Nodes of a tree of keys, two hexadecimal digits to a byte, that agree in `depth` bytes. */
function treeNodes(keys: readonly string[], depth: number): number {
  const byteAt = (key: string, at: number): string => key.slice(at * 2, at * 2 + 2);
  let at = depth;
  while (at < 16 && keys.every((key) => byteAt(key, at) === byteAt(keys[0], at))) at++;
  const chain = at > depth ? 1 : 0;
  if (at === 16) return chain + 1;
  const branches = [...groupedBy(keys, (key) => byteAt(key, at)).values()];
  return chain + branches.reduce((sum, branch) => sum + treeNodes(branch, at + 1), 1);
}

function groupedBy(keys: readonly string[], of: (key: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) groups.set(of(key), [...(groups.get(of(key)) ?? []), key]);
  return groups;
}
