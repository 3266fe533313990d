/** jest runs each test in a context of its own. Modules can only be had by require() there; Node refuses import(). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as januskv from '../../src/index.js';
import { FRONTENDS } from '../support/running-server.js';
import { connect } from '../support/socket-client.js';
import { builtLibrary } from './support/library.js';

type Januskv = typeof januskv;

describe('In a context without import()', () => {
  const library = builtLibrary();

  for (const frontend of FRONTENDS) {
    it(`${frontend} serves, and runs scripts`, async () => {
      const { createServer } = load(library());
      const server = await createServer({ port: 0, frontend });
      const client = await connect(server.port);
      assert.equal(await client.call('EVAL', 'return 1', 0), 1);
      await client.quit();
      await server.close();
    });
  }
});

/** As jest loads a module: compiled anew. */
function load(filename: string): Januskv {
  const names = ['require', 'module', 'exports', '__filename', '__dirname'];
  const module = { exports: {} as Januskv };
  const run = compileFunction(readFileSync(filename, 'utf8'), names, { filename });
  run(createRequire(filename), module, module.exports, filename, dirname(filename));
  return module.exports;
}
