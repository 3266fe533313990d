/** Which class plays which kind of group. */
import { NeverReadsCrowd } from '../faults/never-reads.js';
import { StormCrowd } from '../faults/storm.js';
import { TrickleCrowd } from '../faults/trickle.js';
import type { Crowd, CrowdContext } from './crowd.js';
import type { Group } from './groups.js';
import { IdleCrowd } from './idle-crowd.js';
import { KeyValueCrowd } from './key-value-crowd.js';
import { PubsubCrowd } from './pubsub-crowd.js';

/** @param count the group's clients in this process @param seed the same in every process */
export function createCrowd(context: CrowdContext, group: Group, count: number, seed: number): Crowd {
  switch (group.kind) {
    case 'key-value':
      return new KeyValueCrowd(context, group, count, seed);
    case 'idle':
      return new IdleCrowd(context, count);
    case 'never-reads':
      return new NeverReadsCrowd(context, group, count);
    case 'trickle':
      return new TrickleCrowd(context, group, count);
    case 'storm':
      return new StormCrowd(context, group, count, seed);
    case 'pubsub':
      return new PubsubCrowd(context, group, count);
  }
}
