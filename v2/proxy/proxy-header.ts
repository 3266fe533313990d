/**
 * The header of PROXY protocol v2, which tells a backend who the client is.
 *
 *     0 signature:12 │ 12 version and command:1 │ 13 family:1 │ 14 length of what follows:2
 *     16 source address │ destination address │ source port:2 │ destination port:2
 *
 * Source: haproxy.org, doc/proxy-protocol.txt, section 2.2.
 */
import { AF_INET, AF_INET6 } from '../../src/native/constants.js';
import type { Libc } from '../../src/native/libc.js';
import { NativeBuffer } from '../../src/native/native-buffer.js';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const PREFIX_BYTES = 16;
const VERSION_2_LOCAL = 0x20;
const VERSION_2_PROXY = 0x21;
const UNKNOWN = 0x00;
const TCP4 = 0x11;
const TCP6 = 0x21;

/** For a connection of the proxy's own, behind which nobody is. */
export const LOCAL_HEADER: Buffer = Buffer.concat([SIGNATURE, Buffer.of(VERSION_2_LOCAL, UNKNOWN, 0, 0)]);

/**
 * @param source the client as `127.0.0.1:50000` or `[::1]:50000`
 * @param destination where it connected to
 * @returns a header that says so; or that it is unknown, where these are no such addresses of one family
 */
export function proxyHeader(libc: Libc, source: string, destination: string): Buffer {
  const from = parse(libc, source);
  const to = parse(libc, destination);
  const isKnown = from !== null && to !== null && from.address.length === to.address.length;
  const rest = isKnown
    ? Buffer.concat([from.address, to.address, bigEndian(from.port), bigEndian(to.port)])
    : Buffer.alloc(0);
  const header = Buffer.alloc(PREFIX_BYTES);
  SIGNATURE.copy(header);
  header[12] = VERSION_2_PROXY;
  header[13] = !isKnown ? UNKNOWN : from.address.length === 4 ? TCP4 : TCP6;
  header.writeUInt16BE(rest.length, 14);
  return Buffer.concat([header, rest]);
}

function parse(libc: Libc, text: string): { readonly address: Buffer; readonly port: number } | null {
  const match = /^\[?(.+?)\]?:(\d+)$/.exec(text);
  if (match === null) return null;
  const [, host, port] = match;
  const [family, byteLength] = host.includes(':') ? [AF_INET6, 16] : [AF_INET, 4];
  const memory = new NativeBuffer(libc, byteLength);
  if (!libc.inetPton(family, host, memory.address)) return null;
  return { address: memory.bytes.subarray(0, byteLength), port: Number(port) };
}

function bigEndian(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}
