/** A real redis-server, where one is installed, with a client of it, and how its DUMP payloads are taken apart. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { unpackLzf } from '../../../src/base/lzf.js';
import { REFERENCE_VERSION, startReference } from '../../support/reference-server.js';

export const REDIS_IS_INSTALLED: boolean = REFERENCE_VERSION !== null;

export interface ReferenceRedis {
  readonly client: Redis;
  stop(): Promise<void>;
}

/** Its payloads are not compressed. @param directives further command line, such as ['--hash-max-listpack-value', '100000'] */
export async function startReferenceRedis(directives: readonly string[] = []): Promise<ReferenceRedis> {
  const server = await startReference(['--rdbcompression', 'no', ...directives]);
  const client = new Redis({ port: server.port, host: '127.0.0.1' });
  return {
    client,
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}

/** The first string in a DUMP payload whose type byte is followed by strings: the packed blob of a small value. */
export function blobOfDump(payload: Buffer): Buffer {
  return stringAt(payload, 1).blob;
}

/** The nodes of a dumped list: type byte, number of nodes, then container and string of each. */
export function listNodesOfDump(payload: Buffer): Buffer[] {
  const nodes: Buffer[] = [];
  let { value: left, end } = lengthAt(payload, 1);
  for (; left > 0; left--) {
    const string = stringAt(payload, end + 1);
    nodes.push(string.blob);
    end = string.end;
  }
  return nodes;
}

/** A string's head when it is compressed: the length packed, the length unpacked, and LZF follow. */
const LZF_HEAD = 0xc3;

function stringAt(payload: Buffer, at: number): { blob: Buffer; end: number } {
  if (payload[at] === LZF_HEAD) {
    const packed = lengthAt(payload, at + 1);
    const unpacked = lengthAt(payload, packed.end);
    const end = unpacked.end + packed.value;
    const blob = unpackLzf(payload, unpacked.end, end, unpacked.value);
    assert.ok(blob !== null);
    return { blob, end };
  }
  const { value, end } = lengthAt(payload, at);
  return { blob: payload.subarray(end, end + value), end: end + value };
}

function lengthAt(payload: Buffer, at: number): { value: number; end: number } {
  const head = payload[at];
  if (head >> 6 === 0) return { value: head & 0x3f, end: at + 1 };
  if (head >> 6 === 1) return { value: ((head & 0x3f) << 8) | payload[at + 1], end: at + 2 };
  return { value: payload.readUInt32BE(at + 1), end: at + 5 };
}
