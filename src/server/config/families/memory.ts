/** How much memory the data may take, what goes when there is too much, and the work behind it. */
import type { EvictionPolicyName } from '../../../engine/eviction.js';
import { HZ_MAX } from '../../tick-frequency.js';
import type { Directive } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer, LONG_MAX, memory, ULONG_MAX } from '../kinds/number.js';
import { unsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';

/** In the order in which Redis' refusal lists them. */
const POLICIES = [
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'noeviction',
] as const satisfies readonly EvictionPolicyName[];

const HZ_MIN = 1;

const anyHz = integer(10, { min: 0, max: INT_MAX });
/** Out of bounds it is moved to the nearest bound, not refused. */
const hz: Directive<number> = {
  ...anyHz,
  parse: (args, before, isRepeated) =>
    Math.min(HZ_MAX, Math.max(HZ_MIN, anyHz.parse(args, before, isRepeated))),
};

/** As redis-server says it where it was built with another allocator than its own. */
const NO_DEFRAGMENTATION =
  'Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc like the one shipped by default with the Redis source distribution';

export const memoryUse = {
  maxmemory: memory(0, { min: 0, max: ULONG_MAX }),
  'maxmemory-policy': choice('noeviction', POLICIES),
  'maxmemory-samples': integer(5, { min: 1, max: INT_MAX }),
  'maxmemory-eviction-tenacity': integer(10, { min: 0, max: 100 }),
  'lfu-log-factor': integer(10, { min: 0, max: INT_MAX }),
  'lfu-decay-time': integer(1, { min: 0, max: INT_MAX }),
  'lazyfree-lazy-eviction': yesNo(false),
  'lazyfree-lazy-expire': yesNo(false),
  'lazyfree-lazy-server-del': yesNo(false),
  'lazyfree-lazy-user-del': yesNo(false),
  'lazyfree-lazy-user-flush': yesNo(false),
  'active-expire-effort': integer(1, { min: 1, max: 10 }),
  hz,
  'dynamic-hz': yesNo(true),
  // Tables grow and shrink with the requests that use them, in small steps: no work between requests that could be left out.
  activerehashing: yesNo(true),
  activedefrag: unsupported(yesNo(false), NO_DEFRAGMENTATION),
  // How to do it: without effect while it is off, in Redis, too.
  'active-defrag-ignore-bytes': memory(100 * 1024 * 1024, { min: 1, max: LONG_MAX }),
  'active-defrag-threshold-lower': integer(10, { min: 0, max: 1000 }),
  'active-defrag-threshold-upper': integer(100, { min: 0, max: 1000 }),
  'active-defrag-cycle-min': integer(1, { min: 1, max: 99 }),
  'active-defrag-cycle-max': integer(25, { min: 1, max: 99 }),
  'active-defrag-max-scan-fields': integer(1000, { min: 1, max: LONG_MAX }),
  // A thread of an allocator that isn't here: both ways it does nothing, as in a Redis built with another one.
  'jemalloc-bg-thread': yesNo(true),
};
