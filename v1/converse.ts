/**
 * The life of one connection as one async function, the way a goroutine would tell it: await bytes, let
 * the server run them, await that the replies are taken, until either side ends.
 *
 * It returns when the connection is over, or has failed as connections do; it throws only when the server
 * threw, which is a bug.
 */
import type { FrontendServer, FrontendSession } from '../src/server/frontend.js';
import type { Connection } from './connection.js';

export async function converse<S extends FrontendSession>(
  server: FrontendServer<S>,
  connection: Connection,
): Promise<void> {
  const session = server.open(connection);
  if (session !== null) {
    connection.deliver = () => deliver(server, session, connection);
    connection.onDrained = () => server.drained(session);
    while (!isOver(connection)) {
      if (connection.hasWork) connection.deliver();
      // What may go on by now goes on when others had their turn: that is a change, too.
      if (!isOver(connection)) await connection.change();
    }
    connection.deliver = null;
    connection.onDrained = null;
    server.close(session);
  }
  while (connection.pendingBytes > 0 && !connection.isGone) await connection.change();
  await connection.finish();
}

/** Nothing more will be asked, and what was answered is taken. */
function isOver(connection: Connection): boolean {
  if (connection.isGone) return true;
  if (connection.pendingBytes > 0) return false;
  if (connection.isClosing) return true;
  // A peer that ends while its request is blocked gives it up, as with Redis.
  return connection.inputEnded && (!connection.isFresh || connection.isPaused);
}

function deliver<S extends FrontendSession>(
  server: FrontendServer<S>,
  session: S,
  connection: Connection,
): void {
  connection.isFresh = false;
  if (connection.end - connection.start >= connection.bytesWanted) run(server, session, connection);
  // What is to be offered again comes before what is to be read.
  if (!connection.isFresh) connection.readOn();
}

function run<S extends FrontendSession>(server: FrontendServer<S>, session: S, connection: Connection): void {
  const { context } = connection;
  const { active } = context;
  context.active = connection;
  const consumed = server.receive(session, connection.inbox, connection.start, connection.end);
  context.active = active;
  connection.consume(consumed);
  connection.bytesWanted = connection.end === 0 ? 0 : session.bytesWanted;
  context.served();
}
