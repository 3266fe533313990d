/** SAVE, BGSAVE, LASTSAVE: the data as a file. */
import { ReplyError } from '../../protocol/reply-error.js';
import { optional, since, token } from '../arguments.js';
import { defineCommand } from '../define.js';
import { SYNTAX_ERROR } from '../errors.js';
import {
  ACL_ADMIN,
  ACL_DANGEROUS,
  ADMIN,
  FAST,
  LOADING,
  NO_ASYNC_LOADING,
  NO_MULTI,
  NOSCRIPT,
  STALE,
} from '../flags.js';

const IN_PROGRESS = new ReplyError('ERR Background save already in progress');
const IN_THE_WAY = new ReplyError(
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
);
/** Redis says no more either; the log does. */
export const FAILED = new ReplyError('ERR');

export const save = defineCommand({
  name: 'SAVE',
  summary: 'Writes the data to a file, while everybody waits.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(N) where N is the total number of keys in all databases',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING | NO_MULTI,
  args: [],
  run({ services: { persistence } }, _argv, reply) {
    if (persistence.isSaving) throw IN_PROGRESS;
    if (!persistence.save()) throw FAILED;
    reply.ok();
  },
});

export const bgsave = defineCommand({
  name: 'BGSAVE',
  summary: 'Writes the data as they are now to a file, in the background.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: ADMIN | NOSCRIPT | NO_ASYNC_LOADING,
  args: [optional(since('3.2.2', token('SCHEDULE')))],
  history: [['3.2.2', 'Added the `SCHEDULE` option.']],
  run({ services: { persistence, transactions } }, argv, reply) {
    const isScheduled = argv.count === 2 && argv.is(1, 'SCHEDULE');
    if (argv.count > 1 && !isScheduled) throw SYNTAX_ERROR;
    if (persistence.isSaving) throw IN_PROGRESS;
    if (persistence.isBusyOtherwise || transactions.isRunning()) {
      if (!isScheduled && !transactions.isRunning()) throw IN_THE_WAY;
      persistence.scheduleSave();
      reply.simple('Background saving scheduled');
      return;
    }
    if (!persistence.saveInBackground()) throw FAILED;
    reply.simple('Background saving started');
  },
});

export const lastsave = defineCommand({
  name: 'LASTSAVE',
  summary: 'Tells when the data was last written to its file.',
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  flags: LOADING | STALE | FAST,
  acl: ACL_ADMIN | ACL_DANGEROUS,
  args: [],
  tips: ['nondeterministic_output'],
  run({ services: { persistence } }, _argv, reply) {
    reply.integer(persistence.lastSaveSeconds);
  },
});
