/**
 * Tests of one command, run in RESP2 and in RESP3, each test on a server of its own:
 *
 *     describeCommand('GETRANGE', ({ call, wire }) => {
 *       it('counts negative offsets from the end', async () => {
 *         await call('SET', 'greeting', 'hello');
 *         assert.equal(await call('GETRANGE', 'greeting', -3, -1), 'llo');
 *       });
 *       it('answers an empty bulk for a missing key', () => wire('GETRANGE nothing 0 -1', '$0\r\n\r\n'));
 *     });
 *
 * After each test all keys are removed, and the memory they had must have come back.
 *
 * With REFERENCE_REDIS=1 in the environment the same tests also run against a real redis-server: that is how
 * one learns whether an expectation is Redis' or one's own. Tests that ask for januskv's clock or insides
 * are skipped there, and so are suites that state why with `ourOwn`. A test of what a later Redis does than the one
 * that is installed says so with `since`.
 */
import assert from 'node:assert/strict';
import { allCommands } from '../../src/commands/all.js';
import { CommandTable } from '../../src/commands/table.js';
import type { Client, Expected } from './client.js';
import { MemoryServer } from './memory-server.js';
import {
  isReferenceBefore,
  REFERENCE_VERSION,
  type ReferenceServer,
  startReference,
} from './reference-server.js';
import type { Plain, ReplyNode } from './reply-node.js';
import { connect } from './socket-client.js';
import type { Word } from './words.js';

export interface CommandKit {
  readonly resp: 2 | 3;
  /** The reply as a RESP2 client sees it, in both protocols. @throws ReplyFailure for an error */
  call(...words: Word[]): Promise<Plain>;
  /** The reply byte for byte. @param command words with a space between, or an array */
  wire(command: string | readonly Word[], expected: Expected): Promise<void>;
  /** The command is refused with this message, which has no leading minus. */
  refused(message: string, ...words: Word[]): Promise<void>;
  /** The reply with all types kept. */
  node(...words: Word[]): Promise<ReplyNode>;
  raw(...words: Word[]): Promise<Buffer>;
  /** The connection that the functions above use. */
  readonly client: Client;
  /** Another connection to the same server, speaking the same protocol. */
  connect(): Promise<Client>;
  /** Time passes. Nothing is done about it before the next command or `tick`. */
  advance(ms: number): void;
  /** Active expiry, lazy freeing, timeouts: all that is due now. */
  tick(): void;
  /** The rest of the test is about what Redis does since `version`, '7.2': an earlier redis-server isn't asked. @param difference what it does instead */
  since(version: string, difference: string): void;
  /** The server's insides. */
  readonly memory: MemoryServer;
}

export interface CommandSuiteOptions {
  /** Why redis-server 7.0 isn't a reference for this suite: `7.2 replies …`. */
  readonly ourOwn?: string;
}

const table = new CommandTable(allCommands);

/** @param names of one command, or of several that one suite is about: `SET`, `CLIENT LIST`, `INCR DECR` */
export function describeCommand(
  names: string,
  body: (kit: CommandKit) => void,
  options: CommandSuiteOptions = {},
): void {
  describe(names, () => {
    before(() => {
      const first = names.split(' ')[0].toLowerCase();
      assert.notEqual(table.byName(first), -1, `the command table has no ${first}`);
    });
    for (const resp of [2, 3] as const) {
      describe(`in RESP${resp}`, () => {
        const kit = new MemoryKit(resp);
        beforeEach(() => kit.open());
        afterEach(() => kit.settle());
        after(() => kit.stop());
        body(bound(kit));
      });
      if (process.env.REFERENCE_REDIS && options.ourOwn === undefined) {
        describe(`in RESP${resp} of redis-server`, () => {
          const kit = new ReferenceKit(resp);
          before(() => kit.start());
          after(() => kit.stop());
          beforeEach(function () {
            return kit.open(this);
          });
          body(bound(kit));
        });
      }
    }
  });
}

/** What differs between the two kinds of server. */
abstract class Kit {
  #client: Client | null = null;

  constructor(readonly resp: 2 | 3) {}

  get client(): Client {
    assert.ok(this.#client !== null, 'clients exist only inside of tests: use kit.client there');
    return this.#client;
  }

  set client(client: Client) {
    this.#client = client;
  }

  leave(): void {
    this.#client = null;
  }

  abstract connect(): Promise<Client>;
  abstract advance(ms: number): void;
  abstract tick(): void;
  abstract since(version: string, difference: string): void;
  abstract get memory(): MemoryServer;
}

class MemoryKit extends Kit {
  /** None before the first test and after the last: hundreds of suites would hold 17 MB each, from when they are read. */
  #memory: MemoryServer | null = null;

  async open(): Promise<void> {
    this.#memory = new MemoryServer();
    this.client = await this.connect();
  }

  stop(): void {
    this.#memory = null;
    this.leave();
  }

  get memory(): MemoryServer {
    assert.ok(this.#memory !== null, 'the server exists only inside of tests: use kit.memory there');
    return this.#memory;
  }

  settle(): void {
    this.memory.assertNoLeak();
    this.memory.dispose();
  }

  connect(): Promise<Client> {
    return Promise.resolve(this.memory.connect(this.resp));
  }

  advance(ms: number): void {
    this.memory.advance(ms);
  }

  tick(): void {
    this.memory.tick();
  }

  /** It does what the newest does. */
  since(): void {}
}

class ReferenceKit extends Kit {
  #server: ReferenceServer | null = null;
  readonly #clients: Client[] = [];
  #test: Mocha.Test | undefined;

  async start(): Promise<void> {
    this.#server = await startReference();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#server?.stop();
  }

  async open(test: Mocha.Context): Promise<void> {
    this.#test = test.currentTest;
    this.client = await this.connect();
    await this.client.raw('FLUSHALL');
  }

  async connect(): Promise<Client> {
    const client = await connect(this.#server?.port ?? 0);
    if (this.resp === 3) await client.hello3();
    this.#clients.push(client);
    return client;
  }

  advance(): void {
    this.#skip();
  }

  tick(): void {
    this.#skip();
  }

  since(version: string, difference: string): void {
    if (!isReferenceBefore(version)) return;
    if (this.#test !== undefined) this.#test.title += ` (redis-server ${REFERENCE_VERSION} ${difference})`;
    this.#skip();
  }

  get memory(): MemoryServer {
    return this.#skip();
  }

  /** The rest of the test needs what only januskv in memory has. */
  #skip(): never {
    this.#test?.skip();
    throw new Error('only januskv in memory can do this');
  }
}

/** A kit whose methods can be taken apart, and that always uses the current test's client. */
function bound(kit: Kit): CommandKit {
  return {
    resp: kit.resp,
    call: (...words) => kit.client.call(...words),
    wire: (command, expected) => kit.client.wire(command, expected),
    refused: (message, ...words) => kit.client.refused(message, ...words),
    node: (...words) => kit.client.node(...words),
    raw: (...words) => kit.client.raw(...words),
    get client() {
      return kit.client;
    },
    connect: () => kit.connect(),
    advance: (ms) => kit.advance(ms),
    tick: () => kit.tick(),
    since: (version, difference) => kit.since(version, difference),
    get memory() {
      return kit.memory;
    },
  };
}
