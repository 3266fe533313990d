/** When requests are rehearsed, and how much at a time: everything but the requests. */
import assert from 'node:assert/strict';
import { type Audience, Rehearsal, type Stage } from '../../src/rehearsal/rehearsal.js';

/** What a batch takes, for each of its actors. */
const ACTOR_US = 20;

class Watch {
  nowUs = 1_000_000;
  wallMs(): number {
    return this.nowUs / 1000;
  }
  monotonicUs(): number {
    return this.nowUs;
  }
}

class EmptyStage implements Stage {
  readonly actorCounts: number[] = [];
  answersNever = false;
  actorUs = ACTOR_US;
  isClosed = false;

  constructor(
    readonly clock: Watch,
    public batchesLeft: number,
  ) {}

  play(actorCount: number): boolean {
    if (this.batchesLeft-- === 0) return false;
    this.actorCounts.push(actorCount);
    this.clock.nowUs += actorCount * this.actorUs;
    return true;
  }

  isAnswered(): boolean {
    return !this.answersNever;
  }

  close(): void {
    this.isClosed = true;
  }
}

describe('Rehearsal', () => {
  let clock: Watch;
  let stage: EmptyStage;
  let audience: { -readonly [field in keyof Audience]: number };
  let raised: number;
  let rehearsal: Rehearsal;

  beforeEach(() => {
    clock = new Watch();
    stage = new EmptyStage(clock, 1000);
    audience = { clientCount: 0, requestCount: 0 };
    raised = 0;
    rehearsal = new Rehearsal(clock, audience, () => {
      raised++;
      return stage;
    });
  });

  /** @returns ms of the rest that follows, Infinity at the end */
  function playSlice(): number {
    for (;;) {
      const delayMs = rehearsal.tick();
      if (delayMs > 0) return delayMs;
    }
  }

  it('begins a second after the start, with one actor', () => {
    assert.equal(rehearsal.tick(), 1000);
    clock.nowUs += 999_000;
    assert.equal(rehearsal.tick(), 1);
    assert.equal(raised, 0);
    clock.nowUs += 1000;
    assert.equal(rehearsal.tick(), 0, 'the rest of the slice comes when the sockets had their turn');
    assert.deepEqual([raised, stage.actorCounts], [1, [1]]);
  });

  it('rests longer than it plays, until all is played', () => {
    const startUs = clock.nowUs;
    let slices = 0;
    for (let delayMs = rehearsal.tick(); delayMs !== Number.POSITIVE_INFINITY; delayMs = playSlice()) {
      const beforeUs = clock.nowUs + delayMs * 1000;
      clock.nowUs = beforeUs;
      slices++;
    }
    assert.equal(raised, 1);
    assert.equal(stage.actorCounts.length, 1000);
    const playedUs = stage.actorCounts.reduce((sum, count) => sum + count * ACTOR_US, 0);
    assert.ok(playedUs / slices < 1200, `${playedUs} µs in ${slices} slices`);
    assert.ok(clock.nowUs - startUs > playedUs * 4);
    assert.ok(stage.isClosed);
    assert.equal(rehearsal.tick(), Number.POSITIVE_INFINITY);
  });

  it('plays less at a time while clients are connected', () => {
    clock.nowUs += 1_000_000;
    playSlice();
    const alone = stage.actorCounts.length;
    audience.clientCount = 1;
    clock.nowUs += 5000;
    playSlice();
    assert.ok(stage.actorCounts.length - alone < alone / 2, `${stage.actorCounts}`);
  });

  it('engages more actors as they are answered faster, and fewer as they are answered slower', () => {
    clock.nowUs += 1_000_000;
    playSlice();
    assert.deepEqual(stage.actorCounts.slice(0, 5), [1, 2, 4, 8, 8]);
    stage.actorUs = 1000;
    clock.nowUs += 5000;
    playSlice();
    clock.nowUs += 5000;
    playSlice();
    assert.deepEqual(stage.actorCounts.slice(-2), [8, 4]);
  });

  it('waits while its timer comes late', () => {
    clock.nowUs += 1_003_000;
    assert.equal(rehearsal.tick(), 100);
    assert.equal(raised, 0);
    clock.nowUs += 100_000;
    assert.equal(rehearsal.tick(), 0);
    assert.equal(raised, 1);
  });

  it('waits while clients have many requests, and gives up when that goes on', () => {
    let delayMs = 1000;
    for (let rests = 0; delayMs !== Number.POSITIVE_INFINITY; rests++) {
      assert.ok(rests <= 101, 'it ends');
      clock.nowUs += delayMs * 1000;
      audience.requestCount += delayMs * 6;
      delayMs = rehearsal.tick();
    }
    assert.equal(raised, 0);
  });

  it('goes on beside clients with few requests', () => {
    clock.nowUs += 1_000_000;
    audience.requestCount += 4000;
    assert.equal(rehearsal.tick(), 0);
    assert.equal(raised, 1);
  });

  it('ends when there is no answer', () => {
    stage.answersNever = true;
    clock.nowUs += 1_000_000;
    let turns = 0;
    while (rehearsal.tick() === 0) assert.ok(turns++ < 10_000);
    assert.ok(stage.isClosed);
  });

  it('can be ended at any time', () => {
    clock.nowUs += 1_000_000;
    rehearsal.tick();
    rehearsal.end();
    assert.ok(stage.isClosed);
    assert.equal(rehearsal.tick(), Number.POSITIVE_INFINITY);
  });
});
