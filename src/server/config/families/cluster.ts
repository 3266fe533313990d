/**
 * Redis Cluster, which januskv doesn't have: it can't be turned on. What tunes a cluster has no effect in a standalone
 * Redis either, and may be set, as tools do that set it on every server.
 */
import { IMMUTABLE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer, LONG_MAX, memory, ULONG_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { unsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';

const PORT = { min: 0, max: 65535 };

export const cluster = {
  'cluster-enabled': unsupported(yesNo(false, { flags: IMMUTABLE })),
  'cluster-config-file': text('nodes.conf', { flags: IMMUTABLE }),
  'cluster-node-timeout': integer(15_000, { min: 0, max: LONG_MAX }),
  'cluster-port': integer(0, PORT, { flags: IMMUTABLE }),
  'cluster-announce-ip': text(''),
  'cluster-announce-hostname': text('', {}, refuseHostname),
  'cluster-announce-human-nodename': text(''),
  'cluster-announce-port': integer(0, PORT),
  'cluster-announce-tls-port': integer(0, PORT),
  'cluster-announce-bus-port': integer(0, PORT),
  'cluster-preferred-endpoint-type': choice('ip', ['ip', 'hostname', 'unknown-endpoint']),
  'cluster-require-full-coverage': yesNo(true),
  'cluster-replica-validity-factor': integer(
    10,
    { min: 0, max: INT_MAX },
    { aliases: ['cluster-slave-validity-factor'] },
  ),
  'cluster-replica-no-failover': yesNo(false, { aliases: ['cluster-slave-no-failover'] }),
  'cluster-migration-barrier': integer(1, { min: 0, max: INT_MAX }),
  'cluster-allow-replica-migration': yesNo(true),
  'cluster-allow-reads-when-down': yesNo(false),
  'cluster-allow-pubsubshard-when-down': yesNo(true),
  'cluster-link-sendbuf-limit': memory(0, { min: 0, max: ULONG_MAX }),
};

function refuseHostname(name: string): string | null {
  return /^[A-Za-z0-9.-]*$/.test(name)
    ? null
    : 'Hostnames may only contain alphanumeric characters, hyphens or dots';
}
