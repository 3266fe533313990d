/**
 * The loader of RDB files: any bytes are refused as no such file, or loaded; and it makes no difference in how many
 * pieces they come. Checksums are not looked at: with them nothing else would be.
 */
import assert from 'node:assert/strict';
import { RdbFileLoader } from '../../../src/persistence/rdb/file-loader.js';
import { BadFormat } from '../../../src/persistence/rdb/reader.js';
import { KeyspaceTarget } from '../../../src/server/persistence/rdb-target.js';
import type { FuzzTarget } from '../target.js';
import { FuzzedServer } from './fuzzed-server.js';
import { createRestore } from './restore.js';

const PIECE_BYTES = 64;

export function createRdb(): FuzzTarget {
  const server = new FuzzedServer();
  return {
    name: 'rdb',
    dictionary: ['REDIS0011', '\xfa', '\xfb', '\xfc', '\xfd', '\xfe\x00', '\xff', '\xc3', '\xc0'],
    seeds: () => createRestore().seeds().map(fileOf),
    run(input) {
      const whole = load(server, input, input.length);
      const pieces = load(server, input, PIECE_BYTES);
      assert.equal(pieces, whole, 'a file in pieces is the same file');
    },
    settle: () => server.empty(),
  };
}

/** @returns what came of it: why it is no file, or what was loaded */
function load(server: FuzzedServer, input: Buffer, pieceBytes: number): string {
  const { keyspace, context } = server.memory.server;
  const target = new KeyspaceTarget(keyspace, context.encodingLimits, null, { keepsExpired: true });
  const loader = new RdbFileLoader(target, false);
  let taken = 0;
  let outcome = 'unfinished';
  try {
    for (let end = Math.min(pieceBytes, input.length); ; end = Math.min(end + pieceBytes, input.length)) {
      if (end - taken >= loader.wantedBytes || end === input.length) taken = loader.take(input, taken, end);
      if (loader.isFinished || end === input.length) break;
    }
    if (loader.isFinished) outcome = 'finished';
  } catch (error) {
    if (!(error instanceof BadFormat)) throw error;
    outcome = error.message;
  }
  const digest = server.call('DBSIZE').toString('latin1');
  server.memory.removeKeys();
  server.assertSound();
  return `${outcome} ${target.loadedCount} ${digest}`;
}

/** A file with one key: `REDIS0011`, the value's type, the key, the value, the end. */
function fileOf(value: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('REDIS0011\xfe\x00\xfb\x01\x00', 'latin1'),
    value.subarray(0, 1),
    Buffer.from('\x01k', 'latin1'),
    value.subarray(1),
    Buffer.from('\xff', 'latin1'),
    Buffer.alloc(8),
  ]);
}
