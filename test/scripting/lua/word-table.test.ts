import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { itRandomly } from '../../support/dice.js';
import { MemoryServer } from '../../support/memory-server.js';

/** All that a script can see of its words. */
const SHOW = `
  local function show(t)
    local pairs_seen = {}
    for k, v in pairs(t) do pairs_seen[#pairs_seen + 1] = tostring(k) .. '=' .. v end
    return {#t, table.concat(t, ','), table.concat(pairs_seen, ','), getmetatable(t) and 'meta' or 'plain', next(t) and 'some' or 'none'}
  end
  return {show(KEYS), show(ARGV)}`;

/** What scripts do to their words. */
const CHANGES = [
  'return 1',
  'KEYS[1] = nil return 1',
  "ARGV[1] = 'changed' ARGV[2] = 7 return 1",
  "KEYS[#KEYS + 1] = 'more' KEYS[#KEYS + 1] = 'still more' return 1",
  'for i = 1, #ARGV do ARGV[i] = nil end return 1',
  "KEYS.name = 'field' return 1",
  'KEYS.name = 1 KEYS.name = nil return 1',
  "setmetatable(ARGV, {__index = function() return 'from nowhere' end}) return 1",
  'table.remove(KEYS, 1) return 1',
  'for i = 1, 100 do ARGV[i] = i end return 1',
  'ARGV[1] = ARGV ARGV[2] = KEYS return 1',
  "error('half-way')",
];

function expected(words: readonly string[]): unknown[] {
  const pairs = words.map((word, index) => `${index + 1}=${word}`);
  return [words.length, words.join(','), pairs.join(','), 'plain', words.length > 0 ? 'some' : 'none'];
}

describe('KEYS and ARGV', () => {
  let client: Client;
  beforeEach(() => {
    client = new MemoryServer().connect();
  });

  itRandomly("are each call's own, whatever scripts before it did to theirs", async (dice) => {
    const words = (): string[] =>
      Array.from({ length: dice.pick([0, 1, 2, 3, 9, 14, 40]) }, () => `word${dice.between(1, 4)}`);
    for (let step = 0; step < 300; step++) {
      await client.raw('EVAL', dice.pick(CHANGES), 1, 'one', ...words());
      const keys = words();
      const values = words();
      assert.deepEqual(await client.call('EVAL', SHOW, keys.length, ...keys, ...values), [
        expected(keys),
        expected(values),
      ]);
    }
  });

  it('tell words of the same length apart, long ones and binary ones, too', async () => {
    const script = 'return {KEYS[1], ARGV[1]}';
    const long = Buffer.alloc(5000, 'x');
    const other = Buffer.from(long);
    other[2500] = 0;
    for (const [key, value] of [
      [Buffer.from('a\0b'), long],
      [Buffer.from('a\0c'), other],
      [Buffer.from('b\0c'), long],
      [Buffer.from([0xff, 0, 0xfe]), long],
    ]) {
      const reply = await client.raw('EVAL', script, 1, key, value);
      const expectedReply = [`*2\r\n$3\r\n`, key, `\r\n$5000\r\n`, value, '\r\n'];
      assert.deepEqual(reply, Buffer.concat(expectedReply.map((part) => Buffer.from(part))));
    }
  });

  it('are not touched by a script that names them for itself', async () => {
    await assert.rejects(client.call('EVAL', 'KEYS = {}', 1, 'key'), /Attempt to modify a readonly table/);
    await assert.rejects(client.call('EVAL', "rawset(_G, 'ARGV', 1)", 1, 'key'), /readonly table/);
    assert.deepEqual(await client.call('EVAL', 'return KEYS', 1, 'key'), ['key']);
  });
});
