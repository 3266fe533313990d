import assert from 'node:assert/strict';
import { startServer, type TestServer } from '../support/running-server.js';
import { type Answers, Duel } from './duel.js';
import { string } from './families/string.js';
import type { Request } from './grammar.js';
import { rulesOf } from './rules.js';
import { runFamily } from './run.js';

/** What januskv says, with a lie now and then: a tester that finds nothing has to be able to find something. */
class LyingDuel extends Duel {
  override async exchange(requests: readonly Request[]): Promise<Answers> {
    const { ours, theirs } = await super.exchange(requests);
    const lies = ours.map((reply, at) => (isStrlen(requests[at]) ? Buffer.from(':4711\r\n') : reply));
    return { ours: lies, theirs };
  }
}

const isStrlen = (request: Request): boolean => request[0] === 'STRLEN' && request.length === 2;

describe('A differential run', () => {
  let servers: TestServer[];

  beforeEach(async () => {
    servers = await Promise.all([startServer({ frontend: 'v1' }), startServer({ frontend: 'v1' })]);
  });
  afterEach(() => Promise.all(servers.map((server) => server.stop())));

  const open = async (kind: typeof Duel): Promise<Duel> => {
    const [ours, theirs] = await Promise.all(servers.map((server) => server.connect()));
    return new kind(ours, theirs, rulesOf('7.2.0'));
  };

  it('finds nothing between equals', async () => {
    const { commands, divergences } = await runFamily({
      family: string,
      seed: 1,
      commands: 4000,
      open: () => open(Duel),
    });
    assert.ok(commands >= 4000);
    assert.deepEqual(divergences, []);
  });

  it('finds a server that is wrong, and the shortest history that shows it', async () => {
    const { divergences } = await runFamily({
      family: string,
      seed: 1,
      commands: 100,
      open: () => open(LyingDuel),
    });
    const [found] = divergences;
    assert.equal(found.ours?.toString(), ':4711\r\n');
    assert.ok(isStrlen(found.request));
    assert.deepEqual(found.history, [found.request]);
  });

  it('finds data that differ though every reply was the same', async () => {
    const { divergences } = await runFamily({
      family: string,
      seed: 1,
      commands: 1200,
      open: async () => {
        const duel = await open(Duel);
        await duel.ours.call('SELECT', 1);
        // FLUSHALL empties both, so what is put into one afterwards makes the difference.
        const exchange = duel.exchange.bind(duel);
        duel.exchange = async (requests) => {
          const answers = await exchange(requests);
          if (requests[0]?.[0] === 'FLUSHALL') await duel.ours.call('SET', 'hidden', 'x');
          return answers;
        };
        return duel;
      },
    });
    assert.ok(divergences.some(({ isInState }) => isInState));
  });
});
