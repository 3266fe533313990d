/** graphql-redis-subscriptions: what one server publishes reaches the subscriptions of another. */
import assert from 'node:assert/strict';
import { buildSchema, type ExecutionResult, parse, subscribe } from 'graphql';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import { describeServed } from '../support/describe-served.js';

const schema = buildSchema(`
  type Message { room: String!, text: String! }
  type Query { rooms: [String!]! }
  type Subscription { said(room: String!): Message! }
`);

describeServed('graphql-redis-subscriptions', (served) => {
  for (const protocol of [2, 3] as const) {
    describe(`in RESP${protocol}`, () => {
      function newPubSub(): RedisPubSub {
        const clients = [0, 1].map(() => new Redis(served.url, { protocol }));
        // It is made for ioredis 5, whose types differ a little.
        const [publisher, subscriber] = clients as unknown as [never, never];
        const pubSub = new RedisPubSub({ publisher, subscriber });
        served.atEnd(() => pubSub.close());
        return pubSub;
      }

      async function listen(pubSub: RedisPubSub, room: string): Promise<AsyncGenerator<ExecutionResult>> {
        const results = await subscribe({
          schema,
          document: parse(`subscription ($room: String!) { said(room: $room) { room text } }`),
          variableValues: { room },
          rootValue: { said: ({ room }: { room: string }) => pubSub.asyncIterator(`said.${room}`) },
        });
        assert.ok(Symbol.asyncIterator in results, JSON.stringify(results));
        return results;
      }

      const said = (room: string, text: string) => ({ said: { room, text } });

      it('carries events from one server to the subscriptions of another', async () => {
        const [here, there] = [newPubSub(), newPubSub()];
        const kitchen = await listen(here, 'kitchen');
        const hall = await listen(here, 'hall');
        const heard = Promise.all([kitchen.next(), hall.next()]);
        await served.untilInfo('pubsub_channels', 2);
        await there.publish('said.kitchen', said('kitchen', 'tëa?'));
        await there.publish('said.hall', said('hall', 'hello'));
        assert.deepEqual(
          (await heard).map(({ value }) => ({ ...value.data.said })),
          [
            { room: 'kitchen', text: 'tëa?' },
            { room: 'hall', text: 'hello' },
          ],
        );
        await kitchen.return(undefined);
        await hall.return(undefined);
        await served.untilInfo('pubsub_channels', 0);
      });

      it('follows patterns, and keeps the order', async () => {
        const [here, there] = [newPubSub(), newPubSub()];
        const events = here.asyncIterableIterator<{ number: number }>('count.*', { pattern: true });
        const first = events.next();
        await served.untilInfo('pubsub_patterns', 1);
        for (let number = 0; number < 100; number++) await there.publish(`count.${number}`, { number });
        assert.deepEqual((await first).value, { number: 0 });
        for (let number = 1; number < 100; number++) {
          assert.deepEqual((await events.next()).value, { number });
        }
        await events.return?.();
        await served.untilInfo('pubsub_patterns', 0);
      });
    });
  }
});
