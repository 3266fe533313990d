/** Makes BullMQ's queues, workers and listeners for one test, and closes them with it. */
import {
  FlowProducer,
  type Job,
  type Processor,
  Queue,
  QueueEvents,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { Served } from '../../support/describe-served.js';

/** Whatever BullMQ takes: options for ioredis, which it then makes itself, or a client of another library. */
type Connection = QueueOptions['connection'];

export class BullmqKit {
  constructor(
    readonly served: Served,
    readonly connection: () => Connection,
  ) {}

  queue(name: string, options: Omit<QueueOptions, 'connection'> = {}): Queue {
    const queue = new Queue(name, { connection: this.connection(), ...options });
    this.served.atEnd(() => queue.close());
    return queue;
  }

  /** @param processor null for a worker whose jobs are taken by hand, with `getNextJob` */
  worker(name: string, processor: Processor | null, options: Omit<WorkerOptions, 'connection'> = {}): Worker {
    const worker = new Worker(name, processor, { connection: this.connection(), ...options });
    this.served.atEnd(() => worker.close());
    return worker;
  }

  /** Resolves when it hears whatever comes next. To be made before workers, which block too. */
  async events(name: string): Promise<QueueEvents> {
    const events = new QueueEvents(name, { connection: this.connection() });
    this.served.atEnd(() => events.close());
    await this.served.untilInfo('blocked_clients', 1);
    return events;
  }

  flow(): FlowProducer {
    const flow = new FlowProducer({ connection: this.connection() });
    this.served.atEnd(() => flow.close());
    return flow;
  }
}

/** Resolves with the jobs as soon as the worker has finished this many. */
export function completed(worker: Worker, count: number): Promise<Job[]> {
  return new Promise((resolve) => {
    const jobs: Job[] = [];
    worker.on('completed', (job) => {
      jobs.push(job);
      if (jobs.length === count) resolve(jobs);
    });
  });
}
