/** What scripts may ask of the server that runs them. */
import type { Reply } from '../protocol/reply.js';
import type { ReplyError } from '../protocol/reply-error.js';
import type { RequestSpans } from '../protocol/request-parser.js';
import type { DebugSession } from './debugger/debug-session.js';

export interface ScriptHost {
  /** The words of redis.call: the machine puts them there, over its own memory. */
  readonly request: RequestSpans;
  /** What a command answered, from its first byte. `resp` is what redis.setresp chose. */
  readonly reply: Reply;
  /** Runs `request`. @returns null, or why it isn't run */
  call(): ReplyError | null;
  /** redis.acl_check_cmd of `request`. @returns null when there is no such command */
  mayCall(): boolean | null;
  /** @param level 0 debug … 3 warning */
  log(level: number, message: Buffer): void;
  /** Called every thousand instructions. @returns why the script has to end, or null */
  interrupt(): string | null;
  monotonicMs(): number;
  /** The script's, while it is debugged. */
  readonly debugSession: DebugSession | null;
}
