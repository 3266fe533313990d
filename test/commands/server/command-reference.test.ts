/**
 * COMMAND INFO and DOCS of every command, compared field by field with redis-server's own. The reference speaks
 * 7.0; where 7.2 declares something else, the difference is listed here.
 */
import assert from 'node:assert/strict';
import type { Client } from '../../support/client.js';
import { MemoryServer } from '../../support/memory-server.js';
import {
  describeWithReference,
  type ReferenceServer,
  startReference,
} from '../../support/reference-server.js';
import type { ReplyNode } from '../../support/reply-node.js';

/** Commands that redis-server 7.0 doesn't have. */
const NEW_IN_7_2 = new Set(['client|no-touch', 'client|setinfo', 'cluster|myshardid', 'waitaof']);

/** `command field`: 7.2 declares it otherwise. */
const CHANGED_IN_7_2 = new Set([
  'acl|deluser tips',
  'acl|log history',
  'acl|save tips',
  'acl|setuser tips',
  'bitop arguments',
  // Blocking commands may stand in scripts: they don't wait there.
  'blmove flags',
  'blpop flags',
  'brpop flags',
  'brpoplpush flags',
  'bzpopmax flags',
  'bzpopmin flags',
  'client|kill arguments',
  'client|list arguments',
  'client|setname tips',
  'cluster|setslot arguments',
  'command|getkeys arguments',
  'command|getkeys arity',
  'command|getkeysandflags arguments',
  'command|getkeysandflags arity',
  'config|get arguments',
  'config|resetstat tips',
  'config|rewrite tips',
  'geohash arguments',
  'geopos arguments',
  'georadius arguments',
  'georadius_ro history',
  'georadiusbymember arguments',
  'georadiusbymember history',
  'georadiusbymember_ro history',
  'lcs arguments',
  'migrate arguments',
  // Not atomic when its keys are spread over shards.
  'msetnx tips',
  'pfmerge arguments',
  'psetex deprecated_since',
  'psetex doc_flags',
  'psetex replaced_by',
  'psubscribe arguments',
  'quit deprecated_since',
  'quit doc_flags',
  'quit replaced_by',
  'randomkey tips',
  'scan tips',
  'sort arguments',
  'sort_ro arguments',
  'setex deprecated_since',
  'setex doc_flags',
  'setex replaced_by',
  'setnx deprecated_since',
  'setnx doc_flags',
  'setnx replaced_by',
  'wait flags',
  'xclaim arguments',
  'xgroup|create arguments',
  'xgroup|setid arguments',
  'xinfo|consumers history',
  'xinfo|stream arguments',
  'xinfo|stream history',
  'xsetid arguments',
  // They take WITHSCORE.
  'zrank arguments',
  'zrank arity',
  'zrank history',
  'zrevrank arguments',
  'zrevrank arity',
  'zrevrank history',
]);

type Tree = string | null | Tree[] | { readonly [field: string]: Tree };

/** Maps as objects; sets as sorted lists, for their order means nothing. */
function treeOf({ type, text, items }: ReplyNode): Tree {
  if (items === null) return text;
  if (type === '%') {
    const pairs: [string, Tree][] = [];
    for (let index = 0; index < items.length; index += 2)
      pairs.push([String(items[index].text), treeOf(items[index + 1])]);
    return Object.fromEntries(pairs);
  }
  const members = items.map(treeOf);
  return type === '~' ? members.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : members;
}

const INFO_FIELDS = ['arity', 'flags', 'first', 'last', 'step', 'categories', 'tips', 'keySpecs'];

type Info = Record<string, Tree>;

/** By name, subcommands included. */
function infosOf(commands: Tree, found = new Map<string, Info>()): Map<string, Info> {
  for (const command of commands as Tree[][]) {
    const [name, ...values] = command;
    found.set(String(name), Object.fromEntries(INFO_FIELDS.map((field, index) => [field, values[index]])));
    infosOf(values[8], found);
  }
  return found;
}

type Docs = { readonly [field: string]: Tree };

function docsOf(commands: Docs, found = new Map<string, Docs>()): Map<string, Docs> {
  for (const [name, { subcommands, ...docs }] of Object.entries(commands as Record<string, Docs>)) {
    found.set(name, docs);
    if (subcommands !== undefined) docsOf(subcommands as Docs, found);
  }
  return found;
}

/** What 7.2 calls arguments that 7.0 named otherwise. */
const RENAMED: Record<string, string> = { groupname: 'group', consumername: 'consumer' };

const nameOf = (name: Tree): string => RENAMED[String(name)] ?? String(name).replaceAll('_', '-');

/** Arguments as one line each, without what 7.2 added (`display_text`) or renamed (oneofs and blocks). */
function shapeOf(args: Tree): string {
  return (args as Record<string, Tree>[])
    .map(({ name, type, display_text, arguments: members, ...rest }) => {
      const facts = Object.entries(rest).map(([field, value]) => `${field}=${[value].flat().join('|')}`);
      const head = members === undefined ? `${nameOf(name)}:${type}` : `${type}[${shapeOf(members)}]`;
      return [head, ...facts].join(' ');
    })
    .join(', ');
}

async function treeFrom(client: Client, ...words: string[]): Promise<Tree> {
  return treeOf(await client.node(...words));
}

describeWithReference('COMMAND beside redis-server', () => {
  let reference: ReferenceServer;
  let theirs: Client;
  let ours: Client;

  before(async () => {
    reference = await startReference();
    theirs = await reference.connect();
    await theirs.hello3();
    ours = new MemoryServer().connect(3);
  });

  after(async () => {
    theirs.close();
    await reference.stop();
  });

  it('INFO says the same of every command', async () => {
    const expected = infosOf(await treeFrom(theirs, 'COMMAND'));
    const differences: string[] = [];
    for (const [name, info] of infosOf(await treeFrom(ours, 'COMMAND'))) {
      const reference = expected.get(name);
      if (reference === undefined) {
        if (!NEW_IN_7_2.has(name)) differences.push(`${name} is unknown`);
        continue;
      }
      for (const field of INFO_FIELDS) {
        const [actual, wanted] = [JSON.stringify(info[field]), JSON.stringify(reference[field])];
        if (actual !== wanted && !CHANGED_IN_7_2.has(`${name} ${field}`))
          differences.push(`${name} ${field}: ${actual} instead of ${wanted}`);
      }
    }
    assert.equal(differences.join('\n'), '');
  });

  it('DOCS says the same of every command, in other words', async () => {
    const expected = docsOf((await treeFrom(theirs, 'COMMAND', 'DOCS')) as Docs);
    const differences: string[] = [];
    for (const [name, docs] of docsOf((await treeFrom(ours, 'COMMAND', 'DOCS')) as Docs)) {
      const reference = expected.get(name);
      if (reference === undefined) continue;
      for (const field of [
        'since',
        'group',
        'doc_flags',
        'deprecated_since',
        'replaced_by',
        'history',
        'arguments',
      ]) {
        const show = (value: Tree) =>
          field === 'arguments' && value ? shapeOf(value) : JSON.stringify(value);
        const [actual, wanted] = [show(docs[field]), show(reference[field])];
        if (actual !== wanted && !CHANGED_IN_7_2.has(`${name} ${field}`))
          differences.push(`${name} ${field}: ${actual} instead of ${wanted}`);
      }
    }
    assert.equal(differences.join('\n'), '');
  });
});
