/** INFO memory. What januskv has no such thing of (defragmentation) shows as 0. */
import type { JanusServer } from '../server.js';
import { humanBytes } from './human-bytes.js';
import type { InfoSection, InfoValue } from './information.js';

const percent = (part: number, whole: number): string =>
  `${(whole > 0 ? (part / whole) * 100 : 0).toFixed(2)}%`;
const ratio = (part: number, whole: number): string => (whole > 0 ? part / whole : 0).toFixed(2);

function* withHuman(name: string, bytes: number): Iterable<readonly [string, InfoValue]> {
  yield [name, bytes];
  yield [`${name}_human`, humanBytes(bytes)];
}

/** The machines' memories are WebAssembly's, beside the arena; the scripts' sources are kept on the heap. */
function* scriptingFields({ scripting, functions }: JanusServer): Iterable<readonly [string, InfoValue]> {
  const evalBytes = scripting.memoryBytes;
  const functionBytes = functions.memoryBytes;
  yield ['used_memory_lua', evalBytes];
  yield ['used_memory_vm_eval', evalBytes];
  yield ['used_memory_lua_human', humanBytes(evalBytes)];
  yield ['used_memory_scripts_eval', scripting.sourceBytes];
  yield ['number_of_cached_scripts', scripting.count];
  yield ['number_of_functions', functions.functionCount];
  yield ['number_of_libraries', functions.libraryCount];
  yield ['used_memory_vm_functions', functionBytes];
  yield* withHuman('used_memory_vm_total', evalBytes + functionBytes);
  yield ['used_memory_functions', functions.sourceBytes];
  yield* withHuman('used_memory_scripts', scripting.sourceBytes + functions.sourceBytes);
}

export const memorySection = (server: JanusServer): InfoSection => ({
  name: 'memory',
  title: 'Memory',
  isDefault: true,
  *fields() {
    const { keyspace, process, introspection } = server;
    const figures = introspection.memory.figures();
    const { used, resident, arenaUsed, arenaReserved } = figures;
    yield* withHuman('used_memory', used);
    yield* withHuman('used_memory_rss', resident);
    yield* withHuman('used_memory_peak', figures.peak);
    yield ['used_memory_peak_perc', percent(used, figures.peak)];
    yield ['used_memory_overhead', figures.overhead];
    yield ['used_memory_startup', figures.startup];
    yield ['used_memory_dataset', figures.dataset];
    yield ['used_memory_dataset_perc', percent(figures.dataset, used - figures.startup)];
    yield ['allocator_allocated', arenaUsed];
    yield ['allocator_active', arenaReserved];
    yield ['allocator_resident', arenaReserved];
    yield* withHuman('total_system_memory', process.systemMemoryBytes);
    yield* scriptingFields(server);
    yield* withHuman('maxmemory', server.memoryLimit.bytesMax);
    yield ['maxmemory_policy', keyspace.eviction.policy];
    yield ['allocator_frag_ratio', ratio(arenaReserved, arenaUsed)];
    yield ['allocator_frag_bytes', arenaReserved - arenaUsed];
    yield ['allocator_rss_ratio', ratio(arenaReserved, arenaReserved)];
    yield ['allocator_rss_bytes', 0];
    yield ['rss_overhead_ratio', ratio(resident, arenaReserved)];
    yield ['rss_overhead_bytes', resident - arenaReserved];
    yield ['mem_fragmentation_ratio', ratio(resident, used)];
    yield ['mem_fragmentation_bytes', resident - used];
    yield ['mem_not_counted_for_evict', figures.replicas + figures.aofBuffer];
    yield ['mem_replication_backlog', figures.backlog];
    yield ['mem_total_replication_buffers', figures.backlog + figures.replicas];
    yield ['mem_clients_slaves', figures.replicas];
    yield ['mem_clients_normal', figures.clients];
    yield ['mem_cluster_links', 0];
    yield ['mem_aof_buffer', figures.aofBuffer];
    yield ['mem_allocator', 'januskv-arena'];
    yield ['active_defrag_running', 0];
    yield ['lazyfree_pending_objects', keyspace.reclaimer.pending];
    yield ['lazyfreed_objects', keyspace.reclaimer.finished];
    yield ['januskv_heap_used', figures.heapUsed];
    yield ['januskv_heap_total', figures.heapTotal];
  },
});
