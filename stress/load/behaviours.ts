/** Which class plays which kind of group. */
import type { Crowd, CrowdContext } from './crowd.js';
import type { Group } from './groups.js';
import { KeyValueCrowd } from './key-value-crowd.js';

/** @param count the group's clients in this process @param seed the same in every process */
export function createCrowd(context: CrowdContext, group: Group, count: number, seed: number): Crowd {
  switch (group.kind) {
    case 'key-value':
      return new KeyValueCrowd(context, group, count, seed);
  }
}
