/**
 * Debugging sessions, byte for byte as redis-server's. The server is a process of its own, since SCRIPT DEBUG SYNC holds its
 * thread; one for all sessions of a frontend.
 */
import assert from 'node:assert/strict';
import { Program } from '../../cli/support/program.js';
import {
  describeWithReference,
  freePort,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import { FRONTENDS } from '../../support/running-server.js';
import { connect } from '../../support/socket-client.js';
import { debugged } from './support/debugged-run.js';
import { DEBUGGED_SCRIPTS } from './support/debugged-scripts.js';

/** The program is compiled first. */
const START_MS_MAX = 120_000;

describeWithReference('Debugging a script, beside redis-server', () => {
  let reference: ReferenceServer;
  const expected = new Map<string, readonly string[]>();

  before(async function () {
    this.timeout(START_MS_MAX);
    reference = await startReference();
    for (const script of DEBUGGED_SCRIPTS) {
      const client = await reference.connect();
      await client.call('FLUSHALL');
      expected.set(script.title, await debugged(client, 'SYNC', script));
    }
  });
  after(() => reference.stop());

  for (const frontend of FRONTENDS) {
    describe(`over ${frontend}`, () => {
      let program: Program;
      let port = 0;

      before(async function () {
        this.timeout(START_MS_MAX);
        port = await freePort();
        program = new Program(['--port', String(port), '--frontend', frontend, '--save', '']);
        await program.ready();
      });
      after(async () => {
        program.signal('SIGTERM');
        await program.end();
      });

      for (const script of DEBUGGED_SCRIPTS) {
        it(`answers alike about ${script.title}`, async () => {
          const client = await connect(port);
          await client.call('FLUSHALL');
          assert.deepEqual(await debugged(client, 'SYNC', script), expected.get(script.title));
        });
      }
    });
  }
});
