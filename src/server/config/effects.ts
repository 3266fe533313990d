/**
 * What the directives do: each is brought to the part of the server that heeds it, at the start and after
 * each CONFIG SET. Those of the process and its sockets are `src/cli.ts`' and `src/index.ts`' to heed.
 */

import { WARNING } from '../log-levels.js';
import { evictionBudgetUs } from '../memory-limit.js';
import type { JanusServer } from '../server.js';
import type { Config } from './config.js';

export function applyConfig(config: Config, server: JanusServer): void {
  applyMemory(config, server);
  applyEncodings(config, server);
  applyWork(config, server);
  applyClients(config, server);
  applyUsers(config, server);
  applyObservability(config, server);
  applyPropagation(config, server);
}

function applyMemory(config: Config, server: JanusServer): void {
  const { keyspace, memoryLimit } = server;
  const { eviction, accessClock } = keyspace;
  config.watch('maxmemory', (bytes) => {
    memoryLimit.bytesMax = bytes;
    eviction.isLimited = bytes > 0;
    const usedBytes = keyspace.usedBytes();
    if (bytes === 0 || usedBytes <= bytes) return;
    server.log(
      WARNING,
      `WARNING: the new maxmemory value set via CONFIG SET (${bytes}) is smaller than the current memory usage (${usedBytes}). This will result in key eviction and/or the inability to accept new write commands depending on the maxmemory-policy.`,
    );
  });
  config.watch('maxmemory-policy', (policy) => {
    eviction.policy = policy;
  });
  config.watch('maxmemory-eviction-tenacity', (tenacity) => {
    memoryLimit.budgetUs = evictionBudgetUs(tenacity);
  });
  config.watch('maxmemory-samples', (count) => {
    eviction.samples = count;
  });
  config.watch('lfu-log-factor', (factor) => {
    accessClock.logFactor = factor;
  });
  config.watch('lfu-decay-time', (minutes) => {
    accessClock.decayMinutes = minutes;
  });
}

function applyEncodings(config: Config, server: JanusServer): void {
  const limits = server.context.encodingLimits;
  config.watch('hash-max-listpack-entries', (count) => {
    limits.hashMaxListpackEntries = count;
  });
  config.watch('hash-max-listpack-value', (bytes) => {
    limits.hashMaxListpackValueBytes = bytes;
  });
  config.watch('list-max-listpack-size', (size) => {
    limits.listMaxListpackSize = size;
  });
  config.watch('list-compress-depth', (nodeCount) => {
    limits.listCompressDepth = nodeCount;
  });
  config.watch('set-max-intset-entries', (count) => {
    limits.setMaxIntsetEntries = count;
  });
  config.watch('set-max-listpack-entries', (count) => {
    limits.setMaxListpackEntries = count;
  });
  config.watch('set-max-listpack-value', (bytes) => {
    limits.setMaxListpackValueBytes = bytes;
  });
  config.watch('zset-max-listpack-entries', (count) => {
    limits.zsetMaxListpackEntries = count;
  });
  config.watch('zset-max-listpack-value', (bytes) => {
    limits.zsetMaxListpackValueBytes = bytes;
  });
  config.watch('stream-node-max-bytes', (bytes) => {
    limits.streamNodeMaxBytes = bytes;
  });
  config.watch('stream-node-max-entries', (count) => {
    limits.streamNodeMaxEntries = count;
  });
  config.watch('hll-sparse-max-bytes', (bytes) => {
    server.limits.hllSparseBytesMax = bytes;
  });
  config.watch('lazyfree-lazy-user-flush', (isAside) => {
    server.limits.flushesAside = isAside;
  });
  config.watch('rdbcompression', (compresses) => {
    server.dumps.compresses = compresses;
  });
  config.watch('proto-max-bulk-len', (bytes) => {
    server.limits.bulkBytesMax = bytes;
  });
}

function applyWork(config: Config, server: JanusServer): void {
  config.watch('hz', (timesPerSecond) => {
    server.frequency.configuredHz = timesPerSecond;
  });
  config.watch('dynamic-hz', (isDynamic) => {
    server.frequency.isDynamic = isDynamic;
  });
  config.watch('active-expire-effort', (effort) => {
    server.expireEffort = effort;
  });
}

function applyClients(
  config: Config,
  { clients, clientEviction, bufferLimits, dispatcher, tracking }: JanusServer,
): void {
  config.watch('client-output-buffer-limit', (limits) => {
    bufferLimits.setOutput(limits);
    dispatcher.pieceBytesMax = bufferLimits.pieceBytesMax;
  });
  config.watch('repl-backlog-size', (bytes) => {
    bufferLimits.backlogBytes = bytes;
  });
  config.watch('client-query-buffer-limit', (bytes) => {
    bufferLimits.queryBytesMax = bytes;
  });
  config.watch('maxmemory-clients', (setting) => {
    clientEviction.setting = setting;
  });
  config.watch('maxclients', (count) => {
    clients.countMax = count;
  });
  config.watch('protected-mode', (isProtected) => {
    clients.isProtected = isProtected;
  });
  config.watch('tracking-table-max-keys', (count) => {
    tracking.keyCountMax = count;
  });
  config.watch('timeout', (seconds) => {
    clients.idleSecondsMax = seconds;
  });
  config.watch('request-timeout', (seconds) => {
    clients.requestSecondsMax = seconds;
  });
}

function applyUsers(config: Config, { access }: JanusServer): void {
  config.watch('acl-pubsub-default', (channels) => {
    access.rules.allowsChannelsAtFirst = channels === 'allchannels';
  });
  config.watch('acllog-max-len', (count) => {
    access.log.lengthMax = count;
  });
  config.watch('requirepass', (password) => {
    access.password = password;
  });
  access.begin(config.get('user'), config.get('aclfile'));
}

function applyObservability(
  config: Config,
  { introspection, notifications, statistics, scripting }: JanusServer,
): void {
  config.watch('slowlog-log-slower-than', (us) => {
    introspection.slowLogThresholdUs = us;
  });
  config.watch('slowlog-max-len', (count) => {
    introspection.slowLog.lengthMax = count;
  });
  config.watch('busy-reply-threshold', (ms) => {
    scripting.calls.supervision.thresholdMs = ms;
    scripting.debugging.thresholdMs = ms;
  });
  config.watch('latency-monitor-threshold', (ms) => {
    introspection.latencyThresholdMs = ms;
  });
  config.watch('latency-tracking', (isOn) => {
    statistics.tracksLatency = isOn;
  });
  config.watch('latency-tracking-info-percentiles', (percentiles) => {
    statistics.percentiles = percentiles;
  });
  config.watch('notify-keyspace-events', (classes) => {
    notifications.classes = classes;
  });
}

function applyPropagation(config: Config, { propagation }: JanusServer): void {
  config.watch('lazyfree-lazy-expire', (isLazy) => {
    propagation.unlinksExpired = isLazy;
  });
  config.watch('lazyfree-lazy-eviction', (isLazy) => {
    propagation.unlinksEvicted = isLazy;
  });
}
