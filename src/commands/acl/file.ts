/** The file of the users: ACL LOAD and SAVE. */
import { defineCommand } from '../define.js';
import { ADMIN, LOADING, NOSCRIPT, STALE } from '../flags.js';

const FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;

export const aclLoad = defineCommand({
  name: 'LOAD',
  summary: 'Reads the users again from the ACL file.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of users.',
  flags: FLAGS,
  args: [],
  run(context, _argv, reply) {
    context.services.access.load();
    reply.ok();
  },
});

export const aclSave = defineCommand({
  name: 'SAVE',
  summary: 'Writes the users to the ACL file.',
  group: 'server',
  since: '6.0.0',
  complexity: 'O(N) where N is the number of users.',
  flags: FLAGS,
  args: [],
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  run(context, _argv, reply) {
    context.services.access.save();
    reply.ok();
  },
});
