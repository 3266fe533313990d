/** One rewrite of an append-only file: a snapshot on its way into a new base. */

import type { ManifestFile } from './aof-manifest.js';
import type { Disk } from './disk.js';
import { DraftWriter } from './draft-writer.js';
import type { SnapshotConsumer } from './snapshots.js';

export interface AofRewriteRequest {
  readonly disk: Disk;
  readonly base: ManifestFile;
  readonly path: string;
  readonly draftPath: string;
  /** `aof-rewrite-incremental-fsync` */
  readonly syncsOnTheWay: boolean;
  readonly startedMs: number;
  /** The moment that the base will hold is now: what comes after has to go elsewhere. @throws Error */
  readonly begun: () => void;
  /** The snapshot may go on. */
  readonly makesRoom: () => void;
  /** Told once: null when the base is in its place. */
  readonly finished: (error: Error | null) => void;
}

export class AofRewrite implements SnapshotConsumer {
  readonly base: ManifestFile;
  readonly startedMs: number;
  /** What is passed on since it began goes there; null: nothing is. */
  increment: ManifestFile | null = null;
  /** Nobody wants it any more. */
  isAbandoned = false;

  readonly #writer: DraftWriter;
  readonly #begun: () => void;

  /** @throws Error of the system */
  constructor({ base, startedMs, begun, ...request }: AofRewriteRequest) {
    this.base = base;
    this.startedMs = startedMs;
    this.#begun = begun;
    const draft = request.disk.draft(request.path, request.draftPath, request.syncsOnTheWay);
    this.#writer = new DraftWriter(draft, request.makesRoom, request.finished);
  }

  get writtenBytes(): number {
    return this.#writer.writtenBytes;
  }

  get isCongested(): boolean {
    return this.#writer.isCongested;
  }

  begun(): void {
    this.#begun();
  }

  write(piece: Buffer): void {
    this.#writer.write(piece);
  }

  completed(): void {
    this.#writer.completed();
  }

  failed(error: Error): void {
    this.#writer.failed(error);
  }
}
