/**
 * Bytes that came from a master and went to replicas, for INFO stats. What runs as requests, or is a reply, is counted with
 * the traffic of all clients as well: `alsoReceived` and `alsoSent` say how much.
 */
export class ReplicationTraffic {
  /** Of a master's stream, which runs as requests. */
  alsoReceived = 0;
  snapshotBytes = 0;
  /** What replicas missed, which is the reply to their PSYNC. */
  alsoSent = 0;
  pushedBytes = 0;

  get inputBytes(): number {
    return this.alsoReceived + this.snapshotBytes;
  }

  get outputBytes(): number {
    return this.alsoSent + this.pushedBytes;
  }

  reset(): void {
    this.alsoReceived = 0;
    this.snapshotBytes = 0;
    this.alsoSent = 0;
    this.pushedBytes = 0;
  }
}
