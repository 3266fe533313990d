/** The host of a script that is debugged: what the script asks of it is told to the debugger, too. */
import type { Reply } from '../../protocol/reply.js';
import type { ReplyError } from '../../protocol/reply-error.js';
import type { RequestSpans } from '../../protocol/request-parser.js';
import type { ScriptHost } from '../script-host.js';
import type { DebugSession } from './debug-session.js';

const DASH = 0x2d;
const PLAIN_CODE = 'ERR ';

export class DebuggedCalls implements ScriptHost {
  readonly request: RequestSpans;
  readonly reply: Reply;
  readonly debugSession: DebugSession;
  readonly #host: ScriptHost;

  constructor(host: ScriptHost, session: DebugSession) {
    this.#host = host;
    this.request = host.request;
    this.reply = host.reply;
    this.debugSession = session;
  }

  call(): ReplyError | null {
    const { request, reply, debugSession } = this;
    const words = Array.from({ length: request.count }, (_, index) =>
      request.bytes.toString('latin1', request.starts[index], request.ends[index]),
    );
    debugSession.called(words);
    const refusal = this.#host.call();
    if (refusal !== null) {
      debugSession.failed(asRedisHasIt(refusal.message));
      return refusal;
    }
    const answer = reply.bytes.subarray(0, reply.length);
    if (answer[0] === DASH) debugSession.failed(answer.toString('latin1').trimEnd());
    debugSession.replied(answer);
    return null;
  }

  mayCall(): boolean | null {
    return this.#host.mayCall();
  }

  log(level: number, message: Buffer): void {
    this.#host.log(level, message);
  }

  /** Who debugs it ends it. */
  interrupt(): string | null {
    return null;
  }

  monotonicMs(): number {
    return this.#host.monotonicMs();
  }
}

/** Refusals with a code of their own are whole replies, the others texts. */
function asRedisHasIt(message: string): string {
  return message.startsWith(PLAIN_CODE) ? message.slice(PLAIN_CODE.length) : `-${message}\r\n`;
}
