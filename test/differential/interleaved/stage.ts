/**
 * The same clients before two servers, step by step: one request of one client, then everything that any client
 * was told because of it.
 *
 * Nobody says when a server has nothing more to say. So after each request another connection asks for a PONG,
 * and again: a server reads its connections in turn, so that at the second answer the first request was run, and
 * what it brought was sent.
 */
import { once } from 'node:events';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Contenders } from '../contenders.js';
import type { Duel } from '../duel.js';
import type { Request } from '../grammar.js';
import { Line } from './line.js';
import { type Cue, type Frames, type Scene, SHORT_LIFE_MS } from './scene.js';

const ROUNDS = 3;
/** A key whose life is short is dead then, on a busy machine too. */
const LIFE_MS = 2 * SHORT_LIFE_MS + 2;
/**
 * With threads that have sockets of their own what a request brings to others comes when it comes: those who heard less are
 * given so many rounds more.
 */
const PATIENCE_ROUNDS = 15;
const PATIENCE_MS = 4;
/** Not sent: the client goes without a word. */
export const HANG_UP = 'hang up';
/** A client of this number is none. */
const NOBODY = 1_000_000;

/** What a step brought to one client. */
export interface Heard {
  readonly ours: Frames;
  readonly theirs: Frames;
}

export class Stage {
  readonly #ours: Line[] = [];
  readonly #theirs: Line[] = [];
  /** What both servers call each client. */
  readonly #ids: number[] = [];

  private constructor(
    readonly scene: Scene,
    readonly duel: Duel,
    readonly contenders: Contenders,
    /** What both servers will call the next client. */
    private nextId: number,
  ) {}

  static async open(contenders: Contenders, scene: Scene): Promise<Stage> {
    const duel = await contenders.open(2);
    await duel.exchange([
      ['DEBUG', 'SET-ACTIVE-EXPIRE', '0'],
      ['CONFIG', 'SET', 'notify-keyspace-events', ''],
      ['FLUSHALL'],
    ]);
    const stage = new Stage(scene, duel, contenders, 1 + (await equalizeIds(contenders)));
    for (const line of scene.protocols.keys()) await stage.#connect(line);
    for (const { line, request } of scene.opening) {
      await stage.play({ line, request, isFollowedByTime: false });
    }
    return stage;
  }

  /** @returns what each client heard */
  async play({ line, request, isFollowedByTime }: Cue): Promise<readonly Heard[]> {
    for (const at of this.#ours.keys()) {
      if (this.#ours[at].isClosed && this.#theirs[at].isClosed) await this.#connect(at);
    }
    if (request[0] === HANG_UP) await Promise.all([this.#ours[line].close(), this.#theirs[line].close()]);
    else this.#send(line, request);
    await this.#settle();
    if (isFollowedByTime) {
      await sleep(LIFE_MS);
      await this.#settle();
    }
    let heard = this.#take();
    for (let round = 0; round < PATIENCE_ROUNDS && !this.#isSame(heard, line, request); round++) {
      await sleep(PATIENCE_MS);
      await this.#settle();
      const more = this.#take();
      heard = heard.map(({ ours, theirs }, at) => {
        return { ours: [...ours, ...more[at].ours], theirs: [...theirs, ...more[at].theirs] };
      });
    }
    return heard;
  }

  #isSame(heard: readonly Heard[], line: number, request: Request): boolean {
    return heard.every(({ ours, theirs }, at) =>
      this.scene.isSame(ours, theirs, at === line ? request : null),
    );
  }

  /** One after the other, so that both servers number them alike. */
  async #connect(line: number): Promise<void> {
    const [ours, theirs] = [this.#ours, this.#theirs];
    ours[line] = await Line.open(this.contenders.ours.port);
    theirs[line] = await Line.open(this.contenders.theirs.port);
    this.#ids[line] = this.nextId++;
    const greeting = ['HELLO', this.scene.protocols[line]];
    await Promise.all([ours[line].greet(greeting), theirs[line].greet(greeting)]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ours, ...this.#theirs].map((line) => line.close()));
    await this.duel.close();
  }

  #send(line: number, request: Request): void {
    const words = request.map((word) => (typeof word === 'string' ? this.#named(word) : word));
    this.#ours[line].send(words);
    this.#theirs[line].send(words);
  }

  /** `#2` stands for what the servers call client 2, `#-` for nobody. */
  #named(word: string): string {
    if (word === '#-') return String(NOBODY);
    return /^#\d$/.test(word) ? String(this.#ids[Number(word[1])]) : word;
  }

  async #settle(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([this.duel.ours.raw('PING'), this.duel.theirs.raw('PING')]);
    }
    // What was sent has arrived; this turn of the event loop reads it.
    await turn();
    await turn();
  }

  #take(): readonly Heard[] {
    return this.#ours.map((line, at) => ({ ours: line.take(), theirs: this.#theirs[at].take() }));
  }
}

/** Makes both servers number their clients alike from here on. @returns the last number given */
async function equalizeIds({ ours, theirs }: Contenders): Promise<number> {
  for (;;) {
    const [mine, others] = await Promise.all([newestId(ours.port), newestId(theirs.port)]);
    if (mine === others) return mine;
    const behind = mine < others ? ours : theirs;
    for (let count = Math.abs(mine - others); count > 0; count--) await (await behind.connect()).quit();
  }
}

async function newestId(port: number): Promise<number> {
  const line = await Line.open(port);
  line.send(['CLIENT', 'ID']);
  await once(line.socket, 'data');
  const [reply] = line.take();
  await line.close();
  return Number(reply.toString('latin1', 1));
}
