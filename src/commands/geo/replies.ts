/** How distances and coordinates are written. */
import { withoutEndingZeros } from '../../base/double.js';
import type { Reply } from '../../protocol/reply.js';

/** Four decimals, as text in both protocols. 7.2 rounds the ten-thousandths, ties to even. */
export function replyDistance(reply: Reply, distance: number): void {
  const scaled = distance * 10_000;
  let units = Math.round(scaled);
  if (units - scaled === 0.5 && units % 2 !== 0) units--;
  const fraction = units % 10_000;
  reply.bulkLatin1(`${(units - fraction) / 10_000}.${String(fraction).padStart(4, '0')}`);
}

/** 17 decimals without the zeros at the end: a double in RESP3. */
function replyCoordinate(reply: Reply, degrees: number): void {
  const text = withoutEndingZeros(degrees.toFixed(17));
  if (reply.resp === 2) reply.bulkLatin1(text);
  else reply.raw(Buffer.from(`,${text}\r\n`, 'latin1'));
}

export function replyPosition(reply: Reply, longitude: number, latitude: number): void {
  reply.array(2);
  replyCoordinate(reply, longitude);
  replyCoordinate(reply, latitude);
}
