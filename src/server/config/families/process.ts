/** The process: how many databases, how it shows itself, how it ends. */
import { type Directive, HIDDEN, IMMUTABLE, MULTIPLE } from '../directive.js';
import { choice, choices } from '../kinds/choice.js';
import { INT_MAX, integer, LONG_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { allUnsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';
import { EMPTIEST_TITLE, expandTitle } from '../title-template.js';

const SHUTDOWN_WORDS = ['default', 'save', 'nosave', 'now', 'force'] as const;

/** Twice what the kernel takes: a relative score may have to undo the one the process began with. */
const OOM_SCORE_MAX = 2000;

const oomScores: Directive<readonly number[]> = {
  flags: MULTIPLE,
  aliases: [],
  initial: [0, 200, 800],
  parse: (args) => {
    if (args.length !== 3) throw new ConfigMistake('wrong number of arguments');
    const scores = args.map((argument) => (/^[+-]?[0-9]+$/.test(argument) ? Number(argument) : Number.NaN));
    if (scores.every((score) => Math.abs(score) <= OOM_SCORE_MAX)) return scores;
    throw new ConfigMistake('Invalid oom-score-adj-values, elements must be between -2000 and 2000.');
  },
  format: (scores) => scores.join(' '),
  lines: (scores) => [scores.join(' ')],
};

const anyOomScoreMode = choice('no', ['no', 'yes', 'relative', 'absolute']);
/** Relative to the score that the process began with: `yes`, which is how it is shown, too. */
const oomScoreMode: Directive<'no' | 'yes' | 'absolute'> = {
  ...anyOomScoreMode,
  initial: 'no',
  parse: (args, before, isRepeated) => {
    const mode = anyOomScoreMode.parse(args, before, isRepeated);
    return mode === 'relative' ? 'yes' : mode;
  },
};

export const processes = {
  databases: integer(16, { min: 1, max: INT_MAX }, { flags: IMMUTABLE }),
  pidfile: text('', { flags: IMMUTABLE }),
  'set-proc-title': yesNo(true, { flags: IMMUTABLE }),
  'proc-title-template': text('{title} {listen-addr} {server-mode}', {}, refuseTemplate),
  'shutdown-timeout': integer(10, { min: 0, max: INT_MAX }),
  'shutdown-on-sigint': choices(SHUTDOWN_WORDS, {}, refuseShutdown),
  'shutdown-on-sigterm': choices(SHUTDOWN_WORDS, {}, refuseShutdown),
  'busy-reply-threshold': integer(5000, { min: 0, max: LONG_MAX }, { aliases: ['lua-time-limit'] }),
  daemonize: yesNo(false, { flags: IMMUTABLE }),
  supervised: choice('no', ['upstart', 'systemd', 'auto', 'no'], { flags: IMMUTABLE }),
  'always-show-logo': yesNo(false, { flags: IMMUTABLE }),
  'use-exit-on-panic': yesNo(false, { flags: HIDDEN }),
  /** What the command line does for its process: src/command-line/oom-score.ts. */
  'oom-score-adj': oomScoreMode,
  'oom-score-adj-values': oomScores,
  /** What the command line does for its process: src/command-line/processors.ts. Those of other work are refused: it has no thread of its own. */
  server_cpulist: text('', { flags: IMMUTABLE }),
  'locale-collate': text('', { isWrittenEmpty: true }, refuseLocale),
  // Redis turns large pages off because a child that saves has to copy them: here nobody has such a child.
  'disable-thp': yesNo(true, { flags: IMMUTABLE }),
  // The one that there is in Redis is about a kernel's fault in copying pages, and here nobody is warned of it.
  'ignore-warnings': text('', { isWrittenEmpty: true }),
  ...allUnsupported({
    bio_cpulist: text('', { flags: IMMUTABLE }),
    aof_rewrite_cpulist: text('', { flags: IMMUTABLE }),
    bgsave_cpulist: text('', { flags: IMMUTABLE }),
  }),
};

function refuseShutdown(words: readonly (typeof SHUTDOWN_WORDS)[number][]): string | null {
  return words.includes('save') && words.includes('nosave')
    ? "shutdown options SAVE and NOSAVE can't be used simultaneously"
    : null;
}

/** Of what is empty in many a process nothing may be left, or `ps` would show a process without a name. */
function refuseTemplate(template: string): string | null {
  const title = expandTitle(template, EMPTIEST_TITLE);
  return title === null || title === '' ? 'template format is invalid or contains unknown variables' : null;
}

/** Texts are compared by their bytes, as in these. Others are refused as where the system doesn't have them. */
const LOCALES = ['', 'C', 'POSIX', 'C.UTF-8', 'C.utf8'];

function refuseLocale(name: string): string | null {
  return LOCALES.includes(name) ? null : 'Invalid locale name';
}
