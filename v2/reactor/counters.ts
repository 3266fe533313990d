/** What a reactor did since it was created. The figures only grow. */
export class ReactorCounters {
  /** Connections accepted, and connections that are gone: accepted or connected. */
  accepted = 0;
  closed = 0;
  /** Accepts that failed for want of a descriptor or of memory. */
  acceptErrors = 0;
  bytesReceived = 0;
  bytesSent = 0;
  /** Runs of turns, epoll_waits and events they brought: events per turn say how well it batches. */
  wakes = 0;
  turns = 0;
  events = 0;
}
