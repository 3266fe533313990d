import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { JANUSKV_VERSION } from '../../../src/base/version.js';
import { describeCommand } from '../../support/describe-command.js';

/** A section's fields. */
function fieldsOf(info: string): Map<string, string> {
  return new Map(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

function titlesOf(info: string): string[] {
  return info.split('\r\n').flatMap((line) => (line.startsWith('# ') ? [line.slice(2)] : []));
}

const DEFAULT_TITLES = [
  ...['Server', 'Clients', 'Memory', 'Persistence', 'Stats', 'Replication', 'CPU', 'Modules'],
  ...['Errorstats', 'Cluster', 'Keyspace'],
];
const ALL_TITLES = [
  ...['Server', 'Clients', 'Memory', 'Persistence', 'Stats', 'Replication', 'CPU', 'Modules'],
  ...['Commandstats', 'Errorstats', 'Latencystats', 'Cluster', 'Keyspace'],
];

describeCommand(
  'INFO',
  (kit) => {
    const { call, advance, tick } = kit;
    it('estimates how much of what expires is stale, until active expiry has been there', async () => {
      const stalePercent = async () =>
        fieldsOf(String(await call('INFO', 'stats'))).get('expired_stale_perc');
      assert.equal(await stalePercent(), '0.00');
      for (let index = 0; index < 8; index++) {
        await call('SET', `key ${index}`, 'value', 'PX', index % 4 === 0 ? 100 : 100_000);
      }
      assert.equal(await stalePercent(), '0.00');
      advance(200);
      assert.equal(await stalePercent(), '25.00');
      tick();
      assert.equal(await call('DBSIZE'), 6);
      assert.equal(await stalePercent(), '0.00');
      kit.memory.server.keyspace.activeExpiry = false;
      advance(200_000);
      assert.equal(await stalePercent(), '0.00');
      kit.memory.server.keyspace.activeExpiry = true;
    });
  },
  { ourOwn: "it asks for januskv's clock" },
);

describeCommand('INFO', ({ call, raw, wire, connect }) => {
  it('shows the usual sections when asked for none', async () => {
    assert.deepEqual(titlesOf(String(await call('INFO'))), DEFAULT_TITLES);
    assert.deepEqual(titlesOf(String(await call('INFO', 'default'))), DEFAULT_TITLES);
  });

  it('shows everything when asked for it', async () => {
    assert.deepEqual(titlesOf(String(await call('INFO', 'everything'))), ALL_TITLES);
    assert.deepEqual(
      titlesOf(String(await call('INFO', 'default', 'commandstats', 'latencystats'))),
      ALL_TITLES,
    );
  });

  it('is verbatim text: sections in their own order, an empty line between', () =>
    wire('INFO Keyspace cluster nonsense', {
      resp2: '$44\r\n# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\n\r\n',
      resp3: '=48\r\ntxt:# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\n\r\n',
    }));

  it('counts keys, and those that expire', async () => {
    await call('SET', 'lasting', 'x');
    await call('SET', 'fleeting', 'x', 'PX', 100_000);
    const [, keyspace] = String(await call('INFO', 'keyspace')).split('\r\n');
    assert.match(keyspace, /^db0:keys=2,expires=1,avg_ttl=\d+$/);
  });

  it('counts calls, failures and refusals of commands', async () => {
    await call('CONFIG', 'RESETSTAT');
    await call('SET', 'key', 'value');
    for (const words of [['INCR', 'key'], ['GET'], ['INCR', 'key']]) {
      await assert.rejects(call(...words));
    }
    const stats = fieldsOf(String(await call('INFO', 'commandstats')));
    assert.match(
      stats.get('cmdstat_set') ?? '',
      /^calls=1,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=0,failed_calls=0$/,
    );
    assert.match(stats.get('cmdstat_incr') ?? '', /^calls=2,.*,failed_calls=2$/);
    assert.match(
      stats.get('cmdstat_get') ?? '',
      /^calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0$/,
    );
    assert.equal(fieldsOf(String(await call('INFO', 'errorstats'))).get('errorstat_ERR'), 'count=3');
    assert.equal(fieldsOf(String(await call('INFO', 'stats'))).get('total_error_replies'), '3');
  });

  it('counts a refusal of a subcommand as its own, and of one that does not exist as nobody’s', async () => {
    await call('CONFIG', 'RESETSTAT');
    for (const line of ['CONFIG GET', 'OBJECT', 'CLIENT NONSENSE']) await raw(...line.split(' '));
    const stats = fieldsOf(String(await call('INFO', 'commandstats')));
    assert.match(stats.get('cmdstat_config|get') ?? '', /^calls=0,.*,rejected_calls=1,failed_calls=0$/);
    assert.match(stats.get('cmdstat_object') ?? '', /^calls=0,.*,rejected_calls=1,failed_calls=0$/);
    for (const name of ['cmdstat_config', 'cmdstat_client']) assert.equal(stats.get(name), undefined);
  });

  it('counts what fails within a transaction once, and not as a failure of EXEC', async () => {
    await call('SET', 'key', 'value');
    await call('CONFIG', 'RESETSTAT');
    for (const words of [['MULTI'], ['INCR', 'key'], ['SET', 'key', 'a'], ['INCR', 'key']])
      await call(...words);
    await raw('EXEC');
    await assert.rejects(call('INCR', 'key'));
    assert.equal(fieldsOf(String(await call('INFO', 'errorstats'))).get('errorstat_ERR'), 'count=3');
    const stats = fieldsOf(String(await call('INFO', 'commandstats')));
    assert.match(stats.get('cmdstat_exec') ?? '', /^calls=1,.*,failed_calls=0$/);
    assert.match(stats.get('cmdstat_incr') ?? '', /^calls=3,.*,failed_calls=3$/);
  });

  it('counts what fails within a script once, and as a failure of the script when it passes that on', async () => {
    await call('SET', 'key', 'value');
    await call('CONFIG', 'RESETSTAT');
    const scripts = [
      "return redis.call('INCR', 'key')",
      "return redis.pcall('INCR', 'key')",
      "redis.pcall('INCR', 'key') return 1",
      "local failed = redis.pcall('INCR', 'key') return {failed, failed}",
      "return redis.call('GET')",
    ];
    for (const script of scripts) await raw('EVAL', script, 0);
    assert.equal(fieldsOf(String(await call('INFO', 'errorstats'))).get('errorstat_ERR'), 'count=5');
    const stats = fieldsOf(String(await call('INFO', 'commandstats')));
    assert.match(stats.get('cmdstat_eval') ?? '', /^calls=5,.*,rejected_calls=0,failed_calls=5$/);
    assert.match(stats.get('cmdstat_incr') ?? '', /^calls=4,.*,rejected_calls=0,failed_calls=4$/);
    assert.match(stats.get('cmdstat_get') ?? '', /^calls=0,.*,rejected_calls=1,failed_calls=0$/);
  });

  it('does not count what DEBUG ERROR shows', async () => {
    await call('CONFIG', 'RESETSTAT');
    await raw('DEBUG', 'ERROR', 'OOPS');
    assert.equal(fieldsOf(String(await call('INFO', 'stats'))).get('total_error_replies'), '0');
    assert.match(
      fieldsOf(String(await call('INFO', 'commandstats'))).get('cmdstat_debug') ?? '',
      /^calls=1,.*,failed_calls=0$/,
    );
  });

  it('tells the percentiles of the time that commands take', async () => {
    await call('SET', 'key', 'value');
    const stats = fieldsOf(String(await call('INFO', 'latencystats')));
    assert.match(
      stats.get('latency_percentiles_usec_set') ?? '',
      /^p50=\d+\.\d{3},p99=\d+\.\d{3},p99.9=\d+\.\d{3}$/,
    );
  });

  it('counts what went to and fro', async () => {
    const before = fieldsOf(String(await call('INFO', 'stats')));
    await call('ECHO', 'x'.repeat(1000));
    const after = fieldsOf(String(await call('INFO', 'stats')));
    const grown = (field: string) => Number(after.get(field)) - Number(before.get(field));
    assert.ok(grown('total_net_input_bytes') >= 1000);
    assert.ok(grown('total_net_output_bytes') >= 1000);
    assert.equal(grown('total_commands_processed'), 2);
  });

  it('counts them to the byte, the request at hand included', async () => {
    await call('CONFIG', 'RESETSTAT');
    const info = Buffer.from('*2\r\n$4\r\nINFO\r\n$5\r\nstats\r\n');
    const expected = (requests: number, replyBytes: number) => ({
      total_net_input_bytes: String(requests * info.length),
      total_net_output_bytes: String('+OK\r\n'.length + replyBytes),
      total_reads_processed: String(requests),
    });
    const told = (text: string) => {
      const fields = fieldsOf(text);
      return Object.fromEntries(Object.keys(expected(0, 0)).map((name) => [name, fields.get(name)]));
    };
    const first = await raw('INFO', 'stats');
    assert.deepEqual(told(first.toString()), expected(1, 0));
    assert.deepEqual(told(String(await call('INFO', 'stats'))), expected(2, first.length));
  });

  it('counts what came of a request that never became whole', async () => {
    const broken = await connect();
    await broken.call('PING');
    await call('CONFIG', 'RESETSTAT');
    broken.send('*2\r\n$4\r\nECHO\r\n$10\r\nabc');
    broken.close();
    await broken.end();
    const bytes = fieldsOf(String(await call('INFO', 'stats'))).get('total_net_input_bytes');
    assert.equal(bytes, String(22 + 25));
  });

  it('knows who waits', async () => {
    const fields = fieldsOf(String(await call('INFO', 'clients')));
    assert.equal(fields.get('blocked_clients'), '0');
    assert.ok(Number(fields.get('connected_clients')) >= 1);
    assert.equal(fields.get('maxclients'), '10000');
  });
});

describeCommand(
  'INFO TIME LOLWUT',
  (kit) => {
    const { call } = kit;

    it('names the Redis that is followed, and januskv', async () => {
      const fields = fieldsOf(String(await call('INFO', 'server')));
      assert.equal(fields.get('redis_version'), '7.2.4');
      assert.equal(fields.get('januskv_version'), JANUSKV_VERSION);
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
      assert.equal(version, JANUSKV_VERSION);
    });

    it("tells the server's time", async () => {
      kit.advance(1234);
      const [seconds, microseconds] = (await call('TIME')) as string[];
      assert.deepEqual([seconds, microseconds], ['1700000001', '234000']);
    });

    it('counts waiting clients, and the keys that they wait for', async () => {
      const waiting = await kit.connect();
      const popped = waiting.call('BLPOP', 'a', 'b', 1);
      const fields = fieldsOf(String(await call('INFO', 'clients')));
      assert.equal(fields.get('blocked_clients'), '1');
      assert.equal(fields.get('clients_in_timeout_table'), '1');
      assert.equal(fields.get('total_blocking_keys'), '2');
      await call('RPUSH', 'a', 'x');
      await popped;
      assert.equal(fieldsOf(String(await call('INFO', 'clients'))).get('total_blocking_keys'), '0');
    });

    it('accounts for memory to the byte', async () => {
      const before = fieldsOf(String(await call('INFO', 'memory')));
      await call('SET', 'key', 'x'.repeat(100_000));
      const after = fieldsOf(String(await call('INFO', 'memory')));
      const grown = Number(after.get('used_memory_dataset')) - Number(before.get('used_memory_dataset'));
      assert.equal(grown, await call('MEMORY', 'USAGE', 'key'));
    });

    it('counts from the start again after CONFIG RESETSTAT', async () => {
      await call('SADD', 'large', ...Array.from({ length: 5000 }, (_, index) => `member-${index}`));
      await call('UNLINK', 'large');
      kit.tick();
      const lazyfreed = async () => fieldsOf(String(await call('INFO', 'memory'))).get('lazyfreed_objects');
      assert.notEqual(await lazyfreed(), '0');
      await call('CONFIG', 'RESETSTAT');
      assert.equal(await lazyfreed(), '0');
      const stats = fieldsOf(String(await call('INFO', 'stats')));
      for (const name of [
        'total_connections_received',
        'expired_keys',
        'keyspace_misses',
        'total_error_replies',
      ]) {
        assert.equal(stats.get(name), '0', name);
      }
    });

    it('tells what scripts and functions take', async () => {
      await call('EVAL', 'return 1', 0);
      const library = "#!lua name=one\nredis.register_function('f', function() return 1 end)";
      await call('FUNCTION', 'LOAD', library);
      const fields = fieldsOf(String(await call('INFO', 'memory')));
      assert.deepEqual(
        [
          'number_of_cached_scripts',
          'used_memory_scripts_eval',
          'number_of_functions',
          'number_of_libraries',
        ].map((name) => fields.get(name)),
        ['1', '8', '1', '1'],
      );
      assert.equal(fields.get('used_memory_functions'), String(library.length));
      const machines = ['used_memory_vm_eval', 'used_memory_vm_functions'].map((name) =>
        Number(fields.get(name)),
      );
      assert.ok(machines.every((bytes) => bytes > 0));
      assert.equal(fields.get('used_memory_vm_total'), String(machines[0] + machines[1]));
    });

    it('shows the limits that are configured', async () => {
      await call('CONFIG', 'SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru', 'hz', 50);
      const fields = fieldsOf(String(await call('INFO', 'memory', 'server')));
      assert.deepEqual(
        ['maxmemory', 'maxmemory_human', 'maxmemory_policy', 'hz', 'configured_hz'].map((name) =>
          fields.get(name),
        ),
        ['104857600', '100.00M', 'allkeys-lru', '50', '50'],
      );
    });

    it('measures how fast commands come', async () => {
      for (let sample = 0; sample < 16; sample++) {
        for (let count = 0; count < 5; count++) await call('PING');
        kit.advance(100);
        kit.tick();
      }
      assert.equal(fieldsOf(String(await call('INFO', 'stats'))).get('instantaneous_ops_per_sec'), '50');
    });

    it('draws a picture', async () => {
      assert.match(String(await call('LOLWUT', 'VERSION', 5)), /Redis ver\. 7\.2\.4\n$/);
      await kit.refused('ERR value is not an integer or out of range', 'LOLWUT', 'VERSION', 'x');
    });
  },
  { ourOwn: 'versions, memory and a clock of our own' },
);
