/** CLIENT REPLY: leaves replies out, for clients that never read them. */
import type { Reply } from '../../protocol/reply.js';
import {
  REPLY_OFF,
  REPLY_OFF_NEXT,
  REPLY_ON,
  REPLY_SKIP,
  REPLY_SKIP_NEXT,
  type Session,
} from '../session.js';

/** Called after each command of a client whose mode isn't REPLY_ON. @param mark where its reply began */
export function settleReplyMode(session: Session, reply: Reply, mark: number): void {
  switch (session.replyMode) {
    case REPLY_OFF:
      reply.rewind(mark);
      break;
    case REPLY_OFF_NEXT:
      session.replyMode = REPLY_OFF;
      break;
    case REPLY_SKIP_NEXT:
      // CLIENT REPLY SKIP itself wrote nothing; an EXEC that it is part of has its reply.
      session.replyMode = REPLY_SKIP;
      break;
    case REPLY_SKIP:
      reply.rewind(mark);
      session.replyMode = REPLY_ON;
      break;
    default:
      break;
  }
}
