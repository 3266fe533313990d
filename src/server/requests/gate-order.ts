/** All gates of a server, in the order in which Redis asks. */
import { accessGate } from '../acl/gate.js';
import { pauseGate, writePauseGate } from '../clients/client-pause.js';
import { monitorGate } from '../introspection/monitors.js';
import { memoryGate } from '../memory-limit.js';
import { unwrittenGate } from '../persistence/aof-gate.js';
import { asyncLoadingGate, loadingGate, unsavedGate } from '../persistence/gates.js';
import { cutOffGate, readOnlyGate, unfollowedGate } from '../replication/gates.js';
import { UnkeptWrites } from '../replication/unkept-writes.js';
import { busyGate } from '../scripting/busy.js';
import { RequestFlags } from '../scripting/request-flags.js';
import type { JanusServer } from '../server.js';
import { authenticationGate, type FlagsOf, Gates, subscriberGate, transactionGate } from './gates.js';
import { guardGate } from './protected-commands.js';

/** @param server may still be in the making: its parts are asked for when a gate is */
export function gatesOf(server: JanusServer): Gates {
  const requestFlags = new RequestFlags(server.table, server);
  const exec = server.table.byName('exec');
  const flagsOf: FlagsOf = (session, id) => {
    const flags = requestFlags.of(id, server.dispatcher.argv);
    return id === exec && session.transaction !== null ? session.transaction.flagsOfExec(flags) : flags;
  };
  const keeping = { table: server.table, flagsOf, unkept: new UnkeptWrites(server) };
  return new Gates(
    [
      guardGate(server.table, (session, guarded) =>
        server.introspection.configuration.allows(guarded, session),
      ),
      authenticationGate,
      transactionGate,
      accessGate(server.access, () => server.dispatcher.argv),
      memoryGate(server.table, flagsOf, () => server.memoryLimit),
      unsavedGate(keeping),
      unfollowedGate(flagsOf),
      readOnlyGate(flagsOf),
      unwrittenGate(keeping, () => server.refuseUnwritten()),
      subscriberGate(server.table),
      monitorGate,
      cutOffGate(flagsOf),
      loadingGate(flagsOf),
      asyncLoadingGate(flagsOf),
      pauseGate,
      writePauseGate(flagsOf),
      busyGate(
        () => server.scripting.calls,
        () => server.busy.argv,
      ),
    ],
    server.table,
    requestFlags,
  );
}
