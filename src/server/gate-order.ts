/** All gates of a server, in the order in which Redis asks. */
import { accessGate } from './acl/gate.js';
import { pauseGate, writePauseGate } from './client-pause.js';
import { authenticationGate, Gates, subscriberGate, transactionGate } from './gates.js';
import { memoryGate } from './memory-limit.js';
import { monitorGate } from './monitors.js';
import { unwrittenGate } from './persistence/aof-gate.js';
import { loadingGate, unsavedGate } from './persistence/gates.js';
import { debugGate } from './protected-commands.js';
import { cutOffGate, readOnlyGate, unfollowedGate } from './replication/gates.js';
import { busyGate } from './scripting/busy.js';
import type { JanusServer } from './server.js';

/** EVAL, EVALSHA and FCALL are what their scripts say that they are. */
function isWithoutWrites(
  { table, scripting, functions, dispatcher: { argv } }: JanusServer,
  id: number,
): boolean {
  const name = table.names[id];
  if (name === 'fcall') return functions.isWithoutWrites(argv);
  return (name === 'eval' || name === 'evalsha') && scripting.isWithoutWrites(argv, name === 'evalsha');
}

/** @param server may still be in the making: its parts are asked for when a gate is */
export function gatesOf(server: JanusServer): Gates {
  return new Gates(
    [
      debugGate((session) => server.introspection.configuration.allowsDebug(session)),
      authenticationGate,
      transactionGate,
      accessGate(server.access, () => server.dispatcher.argv),
      memoryGate(server.table, () => server.memoryLimit),
      unsavedGate(server.table),
      unfollowedGate(server.table),
      readOnlyGate(server.table),
      unwrittenGate(server.table, () => server.refuseUnwritten()),
      subscriberGate(server.table),
      monitorGate,
      cutOffGate,
      loadingGate,
      pauseGate,
      writePauseGate(server.table, (id) => isWithoutWrites(server, id)),
      busyGate(
        () => server.scripting.calls,
        () => server.busy.argv,
      ),
    ],
    server.table,
  );
}
