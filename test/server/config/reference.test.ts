/** CONFIG SET and CONFIG GET against a real redis-server: the same words, accepted or refused in the same way. */
import assert from 'node:assert/strict';
import { ReplyError } from '../../../src/protocol/reply-error.js';
import { Config } from '../../../src/server/config/config.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import type { SocketClient } from '../../support/socket-client.js';

/** Pairs that CONFIG SET is tried with, one after the other; then CONFIG GET of the same name. */
const ATTEMPTS: readonly (readonly [string, string])[] = [
  ...['yes', 'no', 'YES', 'maybe', ''].map((value) => ['lazyfree-lazy-expire', value] as const),
  ...['1', '-1', '0', '010', '1x', ' 1', '', '99999999999', '9223372036854775808'].map(
    (value) => ['timeout', value] as const,
  ),
  ...['0', '20', '500', '1000', 'x'].map((value) => ['hz', value] as const),
  ...['-1', '-2', '9223372036854775807', '9223372036854775808', '3'].map(
    (value) => ['slowlog-log-slower-than', value] as const,
  ),
  ...['1k', '1KB', '1mb', '1Gb', '1zb', '1.5gb', '-1', '', '0x10', ' 1', '18446744073709551615', '0'].map(
    (value) => ['maxmemory', value] as const,
  ),
  ...['allkeys-lru', 'ALLKEYS-LFU', 'lfu', ''].map((value) => ['maxmemory-policy', value] as const),
  ...['K', 'KEA', 'Kg$lshzxetdmn', 'Kn', 'Exe', 'Q', ''].map(
    (value) => ['notify-keyspace-events', value] as const,
  ),
  ...[
    'normal 1mb 2mb 3',
    'replica 1gb 0 0 pubsub 1 2 3',
    'slave 5 6 7',
    'foo 1 2 3',
    'master 1 2 3',
    'normal 1 2',
    'normal 1 x 3',
    'normal 1 2 -3',
    '',
  ].map((value) => ['client-output-buffer-limit', value] as const),
  ...['50 99', '50.5 99', '1 200', '1 2 x', '-1', ''].map(
    (value) => ['latency-tracking-info-percentiles', value] as const,
  ),
  ...['save', 'save now', 'nosave force now', 'save nosave', 'bad', '', 'default'].map(
    (value) => ['shutdown-on-sigterm', value] as const,
  ),
  ...[
    '{title} {port}',
    '{nothing}',
    '{title',
    'plain',
    '',
    ' ',
    '{title}',
    '{title} {server-mode}',
    '{TITLE}:{Port}',
    '}',
    '{{title',
    'x{{title}}',
    '{}',
    '{ title}x',
    'x{',
  ].map((value) => ['proc-title-template', value] as const),
  ...['1', '1mb', '512mb'].map((value) => ['proto-max-bulk-len', value] as const),
  ...['-5', '99999999999', '1x', '128'].map((value) => ['list-max-ziplist-size', value] as const),
  ...['a-b.c', 'a b', ''].map((value) => ['cluster-announce-hostname', value] as const),
  ...['relative', 'no'].map((value) => ['oom-score-adj', value] as const),
  ...['no', 'yes'].map((value) => ['jemalloc-bg-thread', value] as const),
  ...['1mb', '-1', '2048'].map((value) => ['loading-process-events-interval-bytes', value] as const),
  ...['127.0.0.1', ''].map((value) => ['bind-source-addr', value] as const),
  ['lua-enable-deprecated-api', 'no'],
  ['databases', '3'],
  ['dbfilename', 'x'],
  ['no-such-thing', '1'],
  ['requirepass', ''],
  ['maxclients', '0'],
  ['maxclients', '4294967296'],
  ['active-expire-effort', '11'],
  ['acl-pubsub-default', 'nothing'],
];

describeWithReference('CONFIG SET and GET, compared with redis-server', () => {
  let reference: ReferenceServer;
  let client: SocketClient;

  before(async () => {
    reference = await startReference();
    client = await reference.connect();
  });
  after(async () => {
    await client.quit();
    await reference.stop();
  });

  it('accept and refuse the same, with the same words', async () => {
    const config = new Config();
    for (const [name, value] of ATTEMPTS) {
      const expected = (await client.node('CONFIG', 'SET', name, value)).text;
      assert.equal(attempt(config, [[name, value]]), expected, `CONFIG SET ${name} '${value}'`);
      const shown = await client.call('CONFIG', 'GET', name);
      assert.deepEqual([...config.matching([name])].flat(), shown, `CONFIG GET ${name}`);
    }
  });

  it('check the names first, then the values', async () => {
    const config = new Config();
    const tries: readonly (readonly [string, string])[][] = [
      [
        ['hz', 'x'],
        ['no-such-thing', '1'],
      ],
      [
        ['hz', '1'],
        ['HZ', '2'],
      ],
      [
        ['databases', '1'],
        ['no-such-thing', '1'],
      ],
      [
        ['no-such-thing', '1'],
        ['databases', '1'],
      ],
      [
        ['hash-max-ziplist-entries', '1'],
        ['hash-max-listpack-entries', '2'],
      ],
    ];
    for (const pairs of tries) {
      const expected = (await client.node('CONFIG', 'SET', ...pairs.flat())).text;
      assert.equal(attempt(config, pairs), expected, JSON.stringify(pairs));
    }
  });
});

function attempt(config: Config, pairs: readonly (readonly [string, string])[]): string {
  try {
    config.set(pairs);
    return 'OK';
  } catch (error) {
    if (error instanceof ReplyError) return error.message;
    throw error;
  }
}
