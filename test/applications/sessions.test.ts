/** connect-redis: sessions of express, kept where several servers find them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import { describeServed } from '../support/describe-served.js';

declare module 'express-session' {
  interface SessionData {
    visits: number;
    name: string;
  }
}

describeServed('connect-redis with express-session', (served) => {
  for (const RESP of [2, 3] as const) {
    describe(`in RESP${RESP}`, () => {
      async function newStore(): Promise<RedisStore> {
        const client = createClient({ url: served.url, RESP });
        served.atEnd(() => client.close());
        await client.connect();
        return new RedisStore({ client, prefix: 'session:', ttl: 60 });
      }

      /** A server that counts visits and can log people in and out. @returns its address */
      async function serve(): Promise<string> {
        const app = express();
        app.use(session({ store: await newStore(), secret: 'k', resave: false, saveUninitialized: false }));
        app.get('/login/:name', (request, response, next) =>
          request.session.regenerate((error) => {
            if (error) return next(error);
            request.session.name = request.params.name;
            response.send('welcome');
          }),
        );
        app.get('/logout', (request, response, next) =>
          request.session.destroy((error) => (error ? next(error) : void response.send('goodbye'))),
        );
        app.get('/', (request, response) => {
          request.session.visits = (request.session.visits ?? 0) + 1;
          response.json({ name: request.session.name, visits: request.session.visits });
        });
        const server = createServer(app);
        served.atEnd(() => {
          server.closeAllConnections();
          server.close();
        });
        await once(server.listen(0, '127.0.0.1'), 'listening');
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      }

      /** A browser with one cookie. It waits for the last byte, which comes when the session is kept. */
      function browser(): (url: string) => Promise<string> {
        let cookie = '';
        return async (url) => {
          const response = await fetch(url, { headers: { cookie } });
          cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
          return response.text();
        };
      }

      it('are the same on every server, and each visitor has one', async () => {
        const [here, there] = [await serve(), await serve()];
        const [anna, bert] = [browser(), browser()];
        await anna(`${here}/login/Änna`);
        assert.deepEqual(JSON.parse(await anna(`${there}/`)), { name: 'Änna', visits: 1 });
        assert.deepEqual(JSON.parse(await anna(`${here}/`)), { name: 'Änna', visits: 2 });
        assert.deepEqual(JSON.parse(await bert(`${here}/`)), { visits: 1 });
        assert.equal(await served.control.call('DBSIZE'), 2);
        await anna(`${there}/logout`);
        assert.equal(await served.control.call('DBSIZE'), 1);
        assert.deepEqual(JSON.parse(await anna(`${here}/`)), { visits: 1 });
      });

      it('expire a while after the last visit', async () => {
        const here = await serve();
        const anna = browser();
        await anna(`${here}/`);
        const [key] = (await served.control.call('KEYS', 'session:*')) as string[];
        assert.equal(await served.control.call('PEXPIRE', key, 5000), 1);
        await anna(`${here}/`);
        assert.ok(Number(await served.control.call('TTL', key)) > 50);
        assert.equal(await served.control.call('PEXPIRE', key, 0), 1);
        assert.deepEqual(JSON.parse(await anna(`${here}/`)), { visits: 1 });
      });

      it('are counted, listed and cleared', async () => {
        const store = await newStore();
        const cookie = new session.Cookie();
        for (let index = 0; index < 250; index++)
          await store.set(`id-${index}`, { cookie, name: 'x', visits: index });
        assert.equal(await store.length(), 250);
        assert.equal((await store.ids()).length, 250);
        const all: { visits: number }[] = await store.all();
        assert.equal(
          all.reduce((sum, { visits }) => sum + visits, 0),
          (249 * 250) / 2,
        );
        await store.clear();
        assert.equal(await store.length(), 0);
      });
    });
  }
});
