/** What DEBUG does to a server: switches that nothing else has, and ways to crash it. */
import type { Argv } from '../commands/argv.js';
import type { ClientFilter } from '../commands/services/clients.js';
import type { CrashKind, Debugging, MemoryClass } from '../commands/services/debugging.js';
import { Reply } from '../protocol/reply.js';
import { ReplyError } from '../protocol/reply-error.js';
import type { ClientEviction } from './clients/client-eviction.js';
import { NOTICE } from './log-levels.js';
import type { Propagation } from './propagation/propagation.js';
import type { ScriptCalls } from './scripting/script-calls.js';

const NO_CRASH = new ReplyError('ERR the program that embeds this server does not let it crash');

/** What debugging needs of its server. */
export interface DebuggedServer {
  readonly clientEviction: ClientEviction;
  readonly propagation: Propagation;
  readonly persistence: { abandon(): void };
  readonly replication: { renewId(): void };
  readonly scripting: { readonly calls: ScriptCalls };
  readonly introspection: {
    isUpkeepPaused: boolean;
    readonly configuration: { rewrite(isComplete: boolean): void };
    readonly information: { render(names: readonly string[]): string };
  };
  readonly clients: { list(filter: ClientFilter): string };
  hasten(delayMs: number): void;
  fail(message: string): void;
  log(level: number, message: string): void;
  sleep(ms: number): void;
}

/**
 * @param facts about the server, for finding the reason
 * @param reason absent: DEBUG said so
 */
export type Crash = (kind: CrashKind, facts: string, reason?: string) => void;

export class ServerDebugging implements Debugging {
  skipsChecksums = false;
  writeDelayUs = 0;
  readonly #server: DebuggedServer;
  readonly #crash: Crash | undefined;
  readonly #leaked: Buffer[] = [];

  constructor(server: DebuggedServer, crash: Crash | undefined) {
    this.#server = server;
    this.#crash = crash;
  }

  get allowsAllInScripts(): boolean {
    return this.#server.scripting.calls.allowsAllCommands;
  }

  set allowsAllInScripts(allows: boolean) {
    this.#server.scripting.calls.allowsAllCommands = allows;
  }

  renewReplicationId(): void {
    this.#server.replication.renewId();
  }

  sleep(ms: number): void {
    this.#server.sleep(ms);
  }

  pauseUpkeep(isPaused: boolean): void {
    this.#server.introspection.isUpkeepPaused = isPaused;
    if (!isPaused) this.#server.hasten(0);
  }

  log(message: string): void {
    this.#server.log(NOTICE, message);
  }

  leak(bytes: Buffer): void {
    this.#leaked.push(bytes);
  }

  /** Called before what is pending is written to the append-only file. */
  delayWrite(): void {
    if (this.writeDelayUs > 0) this.#server.sleep(this.writeDelayUs / 1000);
  }

  replicate(argv: Argv, first: number): void {
    const command = new Reply();
    command.array(argv.count - first);
    for (let index = first; index < argv.count; index++) {
      command.bulk(argv.bytes, argv.starts[index], argv.ends[index]);
    }
    this.#server.propagation.sendToReplicas(command.bytes, command.length);
  }

  clientMemory(): readonly MemoryClass[] | null {
    return this.#server.clientEviction.classes();
  }

  rewriteAllDirectives(): void {
    this.#server.introspection.configuration.rewrite(true);
  }

  crash(kind: CrashKind): void {
    if (this.#crash === undefined) throw NO_CRASH;
    this.#crash(kind, this.facts());
  }

  /** The data can't be trusted any more, and must not be kept. */
  panic(reason: string): void {
    this.#server.persistence.abandon();
    if (this.#crash === undefined) this.#server.fail(reason);
    else this.#crash('panic', this.facts(), reason);
  }

  /** What a report of a crash has to say of the server. */
  facts(): string {
    const { introspection, clients } = this.#server;
    return (
      `------ INFO OUTPUT ------\n${introspection.information.render(['everything']).replaceAll('\r', '')}\n` +
      `------ CLIENT LIST OUTPUT ------\n${clients.list({})}\n`
    );
  }
}
