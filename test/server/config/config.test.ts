import assert from 'node:assert/strict';
import { ReplyError } from '../../../src/protocol/reply-error.js';
import { Config, isSensitive } from '../../../src/server/config/config.js';
import { ConfigMistake } from '../../../src/server/config/mistake.js';

const failure = (name: string, reason: string): string =>
  `ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`;

describe('Config', () => {
  it('has typed values', () => {
    const config = new Config({ maxmemory: '100mb', 'lazyfree-lazy-expire': true, timeout: 5 });
    const bytes: number = config.get('maxmemory');
    const isLazy: boolean = config.get('lazyfree-lazy-expire');
    const policy: 'noeviction' | string = config.get('maxmemory-policy');
    assert.deepEqual([bytes, isLazy, policy, config.get('timeout')], [104857600, true, 'noeviction', 5]);
  });

  it('says which setting from code is wrong', () => {
    assert.throws(
      () => new Config({ hz: 'fast' }),
      (error) =>
        error instanceof ConfigMistake && error.reason === "hz: argument couldn't be parsed into an integer",
    );
  });

  it('keeps text of code as its UTF-8 bytes', () => {
    assert.equal(new Config({ requirepass: 'é' }).get('requirepass'), '\xc3\xa9');
  });

  it('keeps two servers apart', () => {
    const first = new Config();
    first.set([['hz', '20']]);
    assert.equal(new Config().get('hz'), 10);
  });

  describe('watchers', () => {
    it('are told at once and after each change', () => {
      const config = new Config();
      const seen: number[] = [];
      config.watch('timeout', (value) => seen.push(value));
      config.set([['timeout', '7']]);
      config.set([['timeout', '7']]);
      assert.deepEqual(seen, [0, 7]);
    });

    it('may refuse: then everything is as before, and they are told so', () => {
      const config = new Config();
      const seen: number[] = [];
      config.watch('timeout', (value) => seen.push(value));
      config.watch('maxclients', (value) => {
        if (value > 20_000) throw new ConfigMistake('too many');
      });
      assert.throws(
        () =>
          config.set([
            ['timeout', '7'],
            ['maxclients', '30000'],
          ]),
        { message: failure('maxclients', 'too many') },
      );
      assert.deepEqual(seen, [0, 7, 0]);
      assert.equal(config.get('maxclients'), 10_000);
    });
  });

  describe('CONFIG SET', () => {
    it('sets all pairs or none', () => {
      const config = new Config();
      assert.throws(
        () =>
          config.set([
            ['maxmemory', '5'],
            ['lfu-log-factor', 'x'],
          ]),
        ReplyError,
      );
      assert.equal(config.get('maxmemory'), 0);
      config.set([
        ['maxmemory', '5'],
        ['lfu-log-factor', '6'],
      ]);
      assert.deepEqual([config.get('maxmemory'), config.get('lfu-log-factor')], [5, 6]);
    });

    it('lets protected directives be set where the client may', () => {
      const config = new Config();
      assert.throws(() => config.set([['dir', '/']]), {
        message: failure('dir', "can't set protected config"),
      });
      config.set([['dir', '/']], true);
      assert.equal(config.get('dir'), '/');
    });

    it('refuses what januskv has no effect for, and says so', () => {
      const config = new Config();
      assert.throws(() => config.set([['activedefrag', 'yes']]), {
        message: failure(
          'activedefrag',
          'Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc like the one shipped by default with the Redis source distribution',
        ),
      });
      config.set([['activedefrag', 'no']]);
      assert.throws(() => config.set([['tls-session-caching', 'no']]), {
        message: failure('tls-session-caching', "not supported by januskv, which behaves as with 'yes'"),
      });
    });

    it('takes what tunes a thing that is off, as Redis does, and keeps that off', () => {
      const config = new Config();
      config.set([
        ['cluster-node-timeout', '5000'],
        ['active-defrag-cycle-min', '5'],
        ['sanitize-dump-payload', 'yes'],
      ]);
      assert.equal(config.get('cluster-node-timeout'), 5000);
      assert.throws(() => new Config({ 'cluster-enabled': true }), { reason: /not supported by januskv/ });
    });

    it('compares texts by their bytes, and takes the locales that say so', () => {
      const config = new Config();
      for (const name of ['C', 'POSIX', 'C.UTF-8', '']) config.set([['locale-collate', name]]);
      assert.throws(() => config.set([['locale-collate', 'de_DE.UTF-8']]), {
        message: failure('locale-collate', 'Invalid locale name'),
      });
    });

    it('takes for itself what only children and warnings that there are none of would feel', () => {
      const config = new Config({ 'disable-thp': false, 'ignore-warnings': 'ARM64-COW-BUG' });
      assert.equal(config.show('disable-thp'), 'no');
      assert.equal(config.show('ignore-warnings'), 'ARM64-COW-BUG');
    });

    it('splits the value of a directive of several words at spaces', () => {
      const config = new Config();
      config.set([['client-output-buffer-limit', 'replica 1gb 0 0 pubsub 1 2 3']]);
      assert.equal(
        config.show('client-output-buffer-limit'),
        'normal 0 0 0 slave 1073741824 0 0 pubsub 1 2 3',
      );
    });
  });

  describe('CONFIG GET', () => {
    const config = new Config();

    it('finds by pattern, with the aliases', () => {
      assert.deepEqual([...config.matching(['HASH-max-*'])].sort(), [
        ['hash-max-listpack-entries', '512'],
        ['hash-max-listpack-value', '64'],
        ['hash-max-ziplist-entries', '512'],
        ['hash-max-ziplist-value', '64'],
      ]);
    });

    it('answers a whole name as it was asked', () => {
      assert.deepEqual(
        [...config.matching(['HASH-max-ziplist-value', 'nothing'])],
        [['HASH-max-ziplist-value', '64']],
      );
    });

    it('has each name once, whatever the patterns', () => {
      const names = [...config.matching(['maxm*', 'maxmemory', '*memory'])].map(([name]) => name);
      assert.deepEqual(names, [...new Set(names)]);
      assert.ok(names.includes('maxmemory-policy'));
    });

    it('leaves out what only a file may say', () => {
      assert.deepEqual([...config.matching(['user', 'rename-*'])], []);
    });
  });

  it('knows which values must not be logged', () => {
    assert.equal(isSensitive('RequirePass'), true);
    assert.equal(isSensitive('maxmemory'), false);
    assert.equal(isSensitive('no-such-thing'), false);
  });
});
