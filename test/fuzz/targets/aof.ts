/**
 * The loader of append-only files: any bytes are refused as no such file, or their commands run. What a command refuses
 * is no failure.
 */
import { Argv } from '../../../src/commands/argv.js';
import { BadCommand, CommandReader } from '../../../src/persistence/aof/command-reader.js';
import { AofReplay, UnknownCommand } from '../../../src/server/persistence/aof-replay.js';
import { encodeRequest } from '../../support/words.js';
import type { FuzzTarget } from '../target.js';
import { FuzzedServer } from './fuzzed-server.js';

const PIECE_BYTES = 100;

export function createAof(): FuzzTarget {
  const server = new FuzzedServer();
  return {
    name: 'aof',
    dictionary: [
      '*1\r\n',
      '$3\r\n',
      '#TS:1\r\n',
      'MULTI',
      'EXEC',
      'SELECT',
      'PEXPIREAT',
      'XADD',
      'SADD',
      'RPUSH',
    ],
    seeds: () => [
      fileOf(['SELECT', '0'], ['SET', 'k', 'v'], ['PEXPIREAT', 'k', '1700000000000'], ['DEL', 'k']),
      fileOf(['RPUSH', 'l', 'a', 'b'], ['LPOP', 'l'], ['HSET', 'h', 'f', 'v'], ['SADD', 's', '1', 'x']),
      fileOf(['MULTI'], ['ZADD', 'z', '1', 'a'], ['XADD', 'x', '1-1', 'f', 'v'], ['EXEC']),
      Buffer.concat([Buffer.from('#TS:1700000000\r\n'), fileOf(['SETRANGE', 'k', '10', 'x'], ['INCR', 'n'])]),
      fileOf(
        ['XGROUP', 'CREATE', 'x', 'g', '0', 'MKSTREAM'],
        ['XCLAIM', 'x', 'g', 'c', '0', '1-1', 'JUSTID', 'FORCE'],
      ),
      fileOf(['FUNCTION', 'LOAD', '#!lua name=l\nredis.register_function("f", function() return 1 end)']),
    ],
    run(input) {
      load(server, input);
      server.memory.removeKeys();
      server.assertSound();
    },
    settle: () => server.empty(),
  };
}

function load(server: FuzzedServer, input: Buffer): void {
  const argv = new Argv();
  const reader = new CommandReader(argv);
  const replay = new AofReplay(server.memory.server);
  replay.beginFile();
  let at = 0;
  try {
    replay.during(() => {
      for (let end = Math.min(PIECE_BYTES, input.length); ; end = Math.min(end + PIECE_BYTES, input.length)) {
        while (at < end) {
          const next = reader.read(input, at, end);
          if (next < 0) break;
          if (argv.count > 0) replay.run(argv);
          at = next;
        }
        if (end === input.length) return;
      }
    });
  } catch (error) {
    if (!(error instanceof BadCommand || error instanceof UnknownCommand)) throw error;
  }
}

const fileOf = (...commands: readonly string[][]): Buffer => Buffer.concat(commands.map(encodeRequest));
