/** When a thread lets requests gather for a moment instead of sleeping until the next. */
import assert from 'node:assert/strict';
import {
  type Counted,
  CREDIT_MAX,
  Gathering,
  REQUESTS_PER_CENSUS,
  SLEEPS_MAX,
  SLEEPS_MIN,
} from '../../../v2/io-threads/gathering.js';

const BUSY_CLIENTS = 256;

describe('gathering', () => {
  let clients: Counted[];
  let gathering: Gathering;
  let nextClient: number;
  /** Requests that each moment brings. */
  let brought: number;

  beforeEach(() => {
    clients = [];
    nextClient = 0;
    brought = 0;
    gathering = new Gathering(() => hear(brought));
    connect(BUSY_CLIENTS);
    hear(REQUESTS_PER_CENSUS);
  });

  function connect(count: number): void {
    while (clients.length < count) clients.push({ census: 0 });
  }

  /** The clients send in turns. */
  function hear(requests: number): void {
    for (let count = 0; count < requests; count++) gathering.heard(clients[nextClient++ % clients.length]);
  }

  /** @returns sleeps before the next moment */
  function sleepsUntilMoment(): number {
    for (let sleeps = 0; sleeps <= SLEEPS_MAX; sleeps++) if (gathering.wait()) return sleeps;
    return Number.POSITIVE_INFINITY;
  }

  it('is tried now and then, ever more seldom while it brings nothing, and never not at all', () => {
    const expected: number[] = [];
    for (let sleeps = SLEEPS_MIN; sleeps <= SLEEPS_MAX; sleeps *= 2) expected.push(sleeps);
    expected.push(SLEEPS_MAX);
    assert.deepEqual(
      expected.map(() => sleepsUntilMoment()),
      expected,
    );
  });

  it('comes before every sleep while it brings several requests', () => {
    brought = 10;
    sleepsUntilMoment();
    for (let count = 0; count < 1000; count++) assert.equal(sleepsUntilMoment(), 1);
  });

  it('outlives some moments that bring nothing, not many, and is tried soon again', () => {
    brought = 10;
    sleepsUntilMoment();
    for (let count = 0; count < CREDIT_MAX; count++) sleepsUntilMoment();
    brought = 0;
    for (let count = 0; count < CREDIT_MAX; count++) assert.equal(sleepsUntilMoment(), 1);
    assert.equal(sleepsUntilMoment(), SLEEPS_MIN);
  });

  it('does not keep many of the busy clients waiting', () => {
    brought = 17;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 2 * SLEEPS_MIN, '17 of 256');
    brought = 16;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 1, '16 of 256');
  });

  it('does not mistake clients that are merely connected for busy ones', () => {
    clients.length = 50;
    hear(2 * REQUESTS_PER_CENSUS);
    brought = 10;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 2 * SLEEPS_MIN, '10 of 50');
    connect(BUSY_CLIENTS);
    hear(2 * REQUESTS_PER_CENSUS);
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 1, '10 of 256');
  });

  it('does not begin before it knows how many clients are busy', () => {
    gathering = new Gathering(() => hear(brought));
    clients = [];
    connect(BUSY_CLIENTS);
    brought = 10;
    sleepsUntilMoment();
    assert.equal(sleepsUntilMoment(), 2 * SLEEPS_MIN);
  });
});
