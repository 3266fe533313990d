/**
 * All commands of a server, compiled once from their declarations into dense ids and typed arrays.
 * Subcommands have ids of their own and the full name `config|get`. Looking a name up hashes its bytes
 * and allocates nothing.
 */
import { assert } from '../base/assert.js';
import { arityOf, type KeySpec, keySpecsOf } from './arguments.js';
import type { Argv } from './argv.js';
import type { CommandDeclaration, ContainerDeclaration, Declaration, Handler } from './define.js';
import { unknownSubcommand, wrongArity } from './errors.js';
import * as flag from './flags.js';
import { type KeyRange, keyRangeOf } from './key-range.js';

export const NO_COMMAND = -1;
/** The longest name there is, with room: what is longer is unknown without a look. */
const NAME_BYTES_MAX = 64;

const isContainer = (declaration: Declaration): declaration is ContainerDeclaration =>
  'subcommands' in declaration;

/** Redis' setImplicitACLCategories, with the group's own category. */
function categoriesOf(declaration: Declaration, flags: number): number {
  const isInGroup = !isContainer(declaration) && declaration.isInGroupCategory !== false;
  let categories = isInGroup ? flag.GROUP_CATEGORY[declaration.group] : 0;
  categories |= declaration.acl ?? 0;
  if (flags & flag.WRITE) categories |= flag.ACL_WRITE;
  if (flags & flag.READONLY && !(categories & flag.ACL_SCRIPTING)) categories |= flag.ACL_READ;
  if (flags & flag.ADMIN) categories |= flag.ACL_ADMIN | flag.ACL_DANGEROUS;
  if (flags & flag.PUBSUB) categories |= flag.ACL_PUBSUB;
  if (flags & flag.BLOCKING) categories |= flag.ACL_BLOCKING;
  return categories | (flags & flag.FAST ? flag.ACL_FAST : flag.ACL_SLOW);
}

export class CommandTable {
  /** Lower case; `config|get` for a subcommand. */
  readonly names: string[] = [];
  readonly declarations: Declaration[] = [];
  readonly runOf: (Handler | null)[] = [];
  readonly keySpecsOf: (readonly KeySpec[])[] = [];
  readonly keyRangeOf: readonly KeyRange[];
  /** The container's id, or NO_COMMAND. */
  readonly parentOf: number[] = [];
  /** Ids of a container's subcommands; null for a plain command. */
  readonly subcommandsOf: (number[] | null)[] = [];
  readonly arityOf: Int16Array;
  readonly flagsOf: Int32Array;
  readonly categoriesOf: Int32Array;

  /** Open addressing over the top-level names: 1 + id, 0 is free. */
  readonly #slots: Int16Array;
  readonly #nameBytes: Buffer[] = [];
  readonly #topLevelIds: number[] = [];
  /** A client tends to send the same command again: no hash then. */
  #lastFound = NO_COMMAND;

  constructor(declarations: readonly Declaration[]) {
    for (const declaration of declarations) {
      const id = this.#add(declaration, NO_COMMAND);
      this.#topLevelIds.push(id);
      if (isContainer(declaration)) {
        this.subcommandsOf[id] = declaration.subcommands.map((subcommand) => this.#add(subcommand, id));
      }
    }
    const { count } = this;
    this.keyRangeOf = this.keySpecsOf.map(keyRangeOf);
    this.arityOf = Int16Array.from({ length: count }, (_, id) => this.#arity(id));
    this.flagsOf = Int32Array.from({ length: count }, (_, id) => this.#flags(id));
    this.categoriesOf = Int32Array.from({ length: count }, (_, id) =>
      categoriesOf(this.declarations[id], this.flagsOf[id]),
    );
    // A quarter full at most: the longest run of probes over Redis' 240 names is 5.
    let capacity = 1024;
    while (capacity < count * 4) capacity *= 2;
    this.#slots = new Int16Array(capacity);
    this.#placeAll();
  }

  /**
   * Gives a command another name, or none: then nobody can call it. What knows it by its own name goes on so. Before
   * the first request.
   * @param to latin1; empty for none
   * @returns why that can't be, or null
   */
  rename(from: string, to: string): string | null {
    const id = this.find(Buffer.from(from, 'latin1'), 0, from.length);
    if (id === NO_COMMAND) return 'No such command in rename-command';
    if (to.length > NAME_BYTES_MAX) return `A command's name has ${NAME_BYTES_MAX} bytes at most`;
    const name = Buffer.from(to, 'latin1');
    if (this.find(name, 0, name.length) !== NO_COMMAND) return 'Target command name already exists';
    if (to === '') this.#topLevelIds.splice(this.#topLevelIds.indexOf(id), 1);
    this.#nameBytes[id] = Buffer.from(
      to.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
      'latin1',
    );
    this.#placeAll();
    return null;
  }

  /** Ids of commands that aren't subcommands, as declared. */
  get topLevelIds(): readonly number[] {
    return this.#topLevelIds;
  }

  /** Commands and subcommands. */
  get count(): number {
    return this.names.length;
  }

  /** The id of the top-level command of this name, in any case, or NO_COMMAND. */
  find(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length === 0 || length > NAME_BYTES_MAX) return NO_COMMAND;
    const last = this.#lastFound;
    if (last !== NO_COMMAND && this.#isNamed(last, bytes, start, end)) return last;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#hash(bytes, start, end) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = slots[slot] - 1;
      if (!this.#isNamed(id, bytes, start, end)) continue;
      this.#lastFound = id;
      return id;
    }
    return NO_COMMAND;
  }

  /** The id of a container's subcommand, or NO_COMMAND. */
  findSubcommand(container: number, bytes: Buffer, start: number, end: number): number {
    const subcommands = this.subcommandsOf[container];
    if (subcommands === null) return NO_COMMAND;
    for (let index = 0; index < subcommands.length; index++) {
      if (this.#isNamed(subcommands[index], bytes, start, end)) return subcommands[index];
    }
    return NO_COMMAND;
  }

  /**
   * The command that a request means, its arity checked.
   * @returns its id, or NO_COMMAND when the top-level name is unknown
   * @throws the arity's or the subcommand's error
   */
  resolve(argv: Argv): number {
    let id = this.find(argv.bytes, argv.starts[0], argv.ends[0]);
    if (id === NO_COMMAND) return id;
    if (this.subcommandsOf[id] !== null && argv.count > 1) {
      const subcommand = this.findSubcommand(id, argv.bytes, argv.starts[1], argv.ends[1]);
      if (subcommand === NO_COMMAND) throw unknownSubcommand(this.names[id], argv.shown(1));
      id = subcommand;
    }
    if (!this.hasArity(id, argv.count)) throw wrongArity(this.names[id]);
    return id;
  }

  /** The command that a request means, whatever its arity; NO_COMMAND when there is none. */
  lookup(argv: Argv): number {
    const id = this.find(argv.bytes, argv.starts[0], argv.ends[0]);
    if (id === NO_COMMAND || this.subcommandsOf[id] === null || argv.count === 1) return id;
    return this.findSubcommand(id, argv.bytes, argv.starts[1], argv.ends[1]);
  }

  /** @param count of the words of the whole request */
  hasArity(id: number, count: number): boolean {
    const arity = this.arityOf[id];
    return arity > 0 ? count === arity : count >= -arity;
  }

  /** By full name in lower case: `get`, `config|get`. Slow. */
  byName(name: string): number {
    return this.names.indexOf(name);
  }

  #add(declaration: Declaration, parent: number): number {
    const id = this.names.length;
    const word = declaration.name.toLowerCase();
    const name = parent === NO_COMMAND ? word : `${this.names[parent]}|${word}`;
    assert(!this.names.includes(name), `command ${name} is declared twice`);
    assert(word.length <= NAME_BYTES_MAX, `the name ${name} is too long`);
    this.names.push(name);
    this.declarations.push(declaration);
    this.parentOf.push(parent);
    this.subcommandsOf.push(null);
    this.runOf.push(declaration.run ?? null);
    this.#nameBytes.push(Buffer.from(word));
    this.keySpecsOf.push(isContainer(declaration) ? [] : this.#specs(declaration, parent));
    return id;
  }

  #specs(declaration: CommandDeclaration, parent: number): readonly KeySpec[] {
    return declaration.keySpecs ?? keySpecsOf(declaration.args, parent === NO_COMMAND ? 1 : 2);
  }

  #arity(id: number): number {
    const declaration = this.declarations[id];
    if (declaration.arity !== undefined) return declaration.arity;
    if (isContainer(declaration)) return -2;
    return arityOf(declaration.args, this.parentOf[id] === NO_COMMAND ? 1 : 2);
  }

  #flags(id: number): number {
    const declaration = this.declarations[id];
    return (declaration.flags ?? 0) | (this.keyRangeOf[id].isMovable ? flag.MOVABLE_KEYS : 0);
  }

  #placeAll(): void {
    this.#lastFound = NO_COMMAND;
    this.#slots.fill(0);
    for (const id of this.#topLevelIds) this.#place(id);
  }

  #place(id: number): void {
    const name = this.#nameBytes[id];
    const mask = this.#slots.length - 1;
    let slot = this.#hash(name, 0, name.length) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  /** FNV-1a over the bytes folded to lower case. */
  #hash(bytes: Buffer, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] | 0x20), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  #isNamed(id: number, bytes: Buffer, start: number, end: number): boolean {
    const name = this.#nameBytes[id];
    if (end - start !== name.length) return false;
    for (let offset = 0; offset < name.length; offset++) {
      const byte = bytes[start + offset];
      const wanted = name[offset];
      if (byte !== wanted && !(byte + 0x20 === wanted && wanted >= 0x61 && wanted <= 0x7a)) return false;
    }
    return true;
  }
}
