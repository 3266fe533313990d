import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChainableCommander } from 'ioredis';
import {
  listNodesOfDump,
  REDIS_IS_INSTALLED,
  type ReferenceRedis,
  startReferenceRedis,
} from '../support/reference-redis.js';
import { List, perform, type Step, step } from './list.js';
import { bytesOf } from './support.js';

/** The same step as a Redis command. */
function command(pipeline: ChainableCommander, key: string, action: Step, model: readonly string[]): void {
  switch (action.kind) {
    case 'push': {
      const texts = action.texts.map(bytesOf);
      if (action.atHead) pipeline.lpush(key, ...texts);
      else pipeline.rpush(key, ...texts);
      return;
    }
    case 'drop':
      for (let left = Math.min(action.count, model.length); left > 0; left--) {
        if (action.atHead) pipeline.lpop(key);
        else pipeline.rpop(key);
      }
      return;
    case 'set': {
      const index = (action.place % (model.length * 2 + 2)) - model.length - 1;
      pipeline.lset(key, index, bytesOf(action.text));
      return;
    }
    case 'insert': {
      const pivot = bytesOf(model[action.place % Math.max(1, model.length)] ?? 'nothing');
      pipeline.call('LINSERT', key, action.before ? 'BEFORE' : 'AFTER', pivot, bytesOf(action.text));
      return;
    }
    case 'remove':
      pipeline.lrem(key, action.count, bytesOf(action.text));
      return;
    case 'trim':
      if (action.first + action.last >= model.length) pipeline.del(key);
      else pipeline.ltrim(key, action.first, -1 - action.last);
      return;
    case 'rotate':
      pipeline.call('LMOVE', key, key, action.fromHead ? 'LEFT' : 'RIGHT', action.toHead ? 'LEFT' : 'RIGHT');
      return;
  }
}

for (const depth of [0, 2]) {
  describe(`Lists beside redis-server, list-compress-depth ${depth}`, () => {
    const nodeElements = 5;
    let redis: ReferenceRedis | null = null;

    before(async function () {
      if (!REDIS_IS_INSTALLED) this.skip(); // redis-server is not installed
      redis = await startReferenceRedis([
        ...['--list-max-listpack-size', `${nodeElements}`],
        ...['--list-compress-depth', `${depth}`],
      ]);
    });
    after(() => redis?.stop());

    it('have the same nodes after the same commands', async () => {
      // Limited by count, 7.2's lists have the nodes of 7.0's, where every list is a quicklist.
      const samples = fc.sample(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), {
        numRuns: 60,
        seed: 23,
      });
      for (const [run, steps] of samples.entries()) {
        assert.ok(redis);
        const list = new List(nodeElements, undefined, depth);
        const model: string[] = [];
        const pipeline = redis.client.pipeline();
        for (const action of steps) {
          command(pipeline, `list:${run}`, action, model);
          perform(list, model, action);
          // Redis drops an empty list and starts the next one afresh.
          if (model.length === 0) break;
        }
        await pipeline.exec();
        const payload = await redis.client.dumpBuffer(`list:${run}`);
        const expected = payload === null ? [] : listNodesOfDump(payload);
        assert.deepEqual(list.blobs(), expected, `sample ${run} of seed 23`);
      }
    });
  });
}
