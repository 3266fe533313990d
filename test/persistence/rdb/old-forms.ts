/** Makes values as Redis before 7.0 packed them. Written from the description of the formats, apart from our reader. */

/** The smallest encoding that Redis would choose. */
function ziplistEntry(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return ziplistInteger(BigInt(text));
  if (bytes.length < 64) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  if (bytes.length < 16_384) {
    return Buffer.concat([Buffer.from([0x40 | (bytes.length >> 8), bytes.length & 0xff]), bytes]);
  }
  const head = Buffer.from([0x80, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function ziplistInteger(value: bigint): Buffer {
  if (value >= 0n && value <= 12n) return Buffer.from([0xf1 + Number(value)]);
  const forms: [bits: bigint, encoding: number][] = [
    [8n, 0xfe],
    [16n, 0xc0],
    [24n, 0xf0],
    [32n, 0xd0],
    [64n, 0xe0],
  ];
  const form = forms.find(([bits]) => BigInt.asIntN(Number(bits), value) === value);
  if (form === undefined) throw new Error('no integer of 64 bits');
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return Buffer.concat([Buffer.from([form[1]]), bytes.subarray(0, Number(form[0]) / 8)]);
}

export function ziplist(elements: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  let before = 0;
  let tail = 10;
  let length = 10;
  for (const element of elements) {
    let head = Buffer.from([before]);
    if (before >= 254) {
      head = Buffer.from([254, 0, 0, 0, 0]);
      head.writeUInt32LE(before, 1);
    }
    const entry = Buffer.concat([head, ziplistEntry(element)]);
    parts.push(entry);
    tail = length;
    before = entry.length;
    length += entry.length;
  }
  const header = Buffer.alloc(10);
  header.writeUInt32LE(length + 1, 0);
  header.writeUInt32LE(tail, 4);
  header.writeUInt16LE(elements.length, 8);
  return Buffer.concat([header, ...parts, Buffer.from([0xff])]);
}

function zipmapLength(length: number): Buffer {
  if (length < 254) return Buffer.from([length]);
  const bytes = Buffer.from([254, 0, 0, 0, 0]);
  bytes.writeUInt32LE(length, 1);
  return bytes;
}

/** @param pairs field, value, field, value … @param unused bytes that each value leaves behind it */
export function zipmap(pairs: readonly string[], unused: number): Buffer {
  const parts: Buffer[] = [Buffer.from([Math.min(254, pairs.length / 2)])];
  for (let index = 0; index < pairs.length; index += 2) {
    const field = Buffer.from(pairs[index], 'latin1');
    const value = Buffer.from(pairs[index + 1], 'latin1');
    parts.push(zipmapLength(field.length), field, zipmapLength(value.length), Buffer.from([unused]), value);
    parts.push(Buffer.alloc(unused));
  }
  return Buffer.concat([...parts, Buffer.from([0xff])]);
}
