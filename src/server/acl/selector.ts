/**
 * A selector: commands, keys and channels that go together. A user has one of its own, the root, and perhaps more; a
 * request is allowed when any one of them allows all of it. What it allows is kept twice: as bits by command id, to ask,
 * and as the rules in the order in which they came, to show.
 *
 * Text is latin1: each character one byte.
 */
import { globMatches } from '../../base/glob.js';

export const MAY_READ = 1 << 0;
export const MAY_WRITE = 1 << 1;

export interface KeyPattern {
  /** MAY_READ, MAY_WRITE or both. */
  readonly access: number;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface ChannelPattern {
  readonly text: string;
  readonly bytes: Buffer;
}

export class Selector {
  /** By command id, containers and subcommands alike. */
  readonly #commands: Uint8Array;
  /** First arguments that allow a command which isn't allowed as such; lower case. */
  #firstArguments = new Map<number, readonly string[]>();
  /** `+get`, `-@all` … without what they made void. */
  #commandRules: readonly string[] = [];
  /** Commands were last allowed from all of them downwards, not from none upwards. */
  #startsFromAll = false;

  /** No command is taken out of all of them. */
  allowsAllCommands = false;
  allowsAllKeys = false;
  keyPatterns: readonly KeyPattern[] = [];
  channelPatterns: readonly ChannelPattern[] = [];

  /** @param commandCount of the table */
  constructor(
    commandCount: number,
    public allowsAllChannels: boolean,
  ) {
    this.#commands = new Uint8Array(commandCount);
  }

  copy(): Selector {
    const copy = new Selector(this.#commands.length, this.allowsAllChannels);
    copy.#commands.set(this.#commands);
    copy.#firstArguments = new Map(this.#firstArguments);
    copy.#commandRules = this.#commandRules;
    copy.#startsFromAll = this.#startsFromAll;
    copy.allowsAllCommands = this.allowsAllCommands;
    copy.allowsAllKeys = this.allowsAllKeys;
    copy.keyPatterns = this.keyPatterns;
    copy.channelPatterns = this.channelPatterns;
    return copy;
  }

  get allowsEverything(): boolean {
    return this.allowsAllCommands && this.allowsAllKeys && this.allowsAllChannels;
  }

  /** `+@all` and `-@all`. */
  setAllCommands(isAllowed: boolean): void {
    this.#commands.fill(isAllowed ? 1 : 0);
    this.#firstArguments.clear();
    this.#commandRules = [];
    this.#startsFromAll = isAllowed;
    this.allowsAllCommands = isAllowed;
  }

  /** A rule about the commands with these ids. @param name as the rule is shown: `get`, `config|get`, `@read` */
  setCommands(ids: readonly number[], isAllowed: boolean, name: string): void {
    for (const id of ids) {
      this.#commands[id] = isAllowed ? 1 : 0;
      this.#firstArguments.delete(id);
    }
    if (!isAllowed && ids.length > 0) this.allowsAllCommands = false;
    this.#addRule(name, isAllowed);
  }

  /** Allows one subcommand, whatever its container may. */
  allowSubcommand(id: number, name: string): void {
    this.#commands[id] = 1;
    this.#addRule(name, true);
  }

  /** Allows a command if its first argument is this one. */
  allowFirstArgument(id: number, argument: string, name: string): void {
    const known = this.#firstArguments.get(id) ?? [];
    const folded = foldCase(argument);
    if (!known.includes(folded)) this.#firstArguments.set(id, [...known, folded]);
    this.#addRule(name, true);
  }

  setAllKeys(isAllowed: boolean): void {
    this.allowsAllKeys = isAllowed;
    this.keyPatterns = [];
  }

  addKeyPattern(text: string, access: number): void {
    const index = this.keyPatterns.findIndex((pattern) => pattern.text === text);
    if (index < 0) {
      this.keyPatterns = [...this.keyPatterns, { access, text, bytes: Buffer.from(text, 'latin1') }];
    } else {
      const known = this.keyPatterns[index];
      this.keyPatterns = this.keyPatterns.with(index, { ...known, access: known.access | access });
    }
  }

  setAllChannels(isAllowed: boolean): void {
    this.allowsAllChannels = isAllowed;
    this.channelPatterns = [];
  }

  addChannelPattern(text: string): void {
    if (this.channelPatterns.some((pattern) => pattern.text === text)) return;
    this.channelPatterns = [...this.channelPatterns, { text, bytes: Buffer.from(text, 'latin1') }];
  }

  allowsCommand(id: number): boolean {
    return this.#commands[id] !== 0;
  }

  /** Whether a command that isn't allowed as such is with its first argument. */
  allowsFirstArgument(id: number, argument: string): boolean {
    return this.#firstArguments.get(id)?.includes(foldCase(argument)) ?? false;
  }

  /** @param access what is done with the key; 0 when nothing of its value is read or written */
  allowsKey(bytes: Buffer, start: number, end: number, access: number): boolean {
    if (this.allowsAllKeys) return true;
    for (const pattern of this.keyPatterns) {
      if ((pattern.access & access) !== access) continue;
      if (globMatches(pattern.bytes, 0, pattern.bytes.length, bytes, start, end)) return true;
    }
    return false;
  }

  /** Every key there is, and there will be, may be read. */
  get readsEveryKey(): boolean {
    return (
      this.allowsAllKeys ||
      this.keyPatterns.some(({ text, access }) => text === '*' && (access & MAY_READ) !== 0)
    );
  }

  allowsChannel(bytes: Buffer, start: number, end: number, isPattern: boolean): boolean {
    return this.allowsAllChannels || channelMatches(this.channelPatterns, bytes, start, end, isPattern);
  }

  /** As rules: `-@all +get`. */
  get commandsText(): string {
    return [this.#startsFromAll ? '+@all' : '-@all', ...this.#commandRules].join(' ');
  }

  get keysText(): string {
    return this.allowsAllKeys ? '~*' : this.keyPatterns.map(keyPatternText).join(' ');
  }

  get channelsText(): string {
    return this.allowsAllChannels ? '&*' : this.channelPatterns.map(({ text }) => `&${text}`).join(' ');
  }

  /** All of it as rules that make the same selector again. */
  describe(): string {
    const channels = this.allowsAllChannels ? '&*' : `resetchannels ${this.channelsText}`.trimEnd();
    return `${this.keysText} ${channels} ${this.commandsText}`.replace(/^ /, '');
  }

  /** A rule makes older ones about the same command, and about its subcommands, void. */
  #addRule(name: string, isAllowed: boolean): void {
    const kept = this.#commandRules.filter((rule) => {
      const older = rule.slice(1);
      return older !== name && !older.startsWith(`${name}|`);
    });
    this.#commandRules = [...kept, `${isAllowed ? '+' : '-'}${name}`];
  }
}

/**
 * Whether a channel is one of those allowed. A pattern to subscribe to has to be allowed literally: what it will
 * match nobody knows.
 */
export function channelMatches(
  allowed: readonly ChannelPattern[],
  bytes: Buffer,
  start: number,
  end: number,
  isPattern: boolean,
): boolean {
  if (isPattern) {
    const text = bytes.toString('latin1', start, end);
    return allowed.some((pattern) => pattern.text === text);
  }
  for (const pattern of allowed) {
    if (globMatches(pattern.bytes, 0, pattern.bytes.length, bytes, start, end)) return true;
  }
  return false;
}

/** ASCII to lower case, as C's locale does it. */
export const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

function keyPatternText({ access, text }: KeyPattern): string {
  if (access === (MAY_READ | MAY_WRITE)) return `~${text}`;
  return `${access === MAY_READ ? '%R' : '%W'}~${text}`;
}
