/** What the server tells about itself: slow commands, latencies, events, logs. */
import { LOG_LEVEL_NAMES } from '../../log-levels.js';
import { formatNotifyClasses, parseNotifyClasses } from '../../observers/notifications.js';
import {
  ALWAYS_WRITTEN,
  type Directive,
  HIDDEN,
  IMMUTABLE,
  MULTIPLE,
  quotedLine,
  singleValue,
} from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer, LONG_MAX } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { allUnsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';
import { ConfigMistake } from '../mistake.js';

/** The classes' bits; see commands/events.ts. */
const notifyKeyspaceEvents: Directive<number> = {
  ...singleValue(0, {}, parseClasses, formatNotifyClasses),
  lines: (classes) => quotedLine([formatNotifyClasses(classes)]),
};

/** What INFO latencystats shows of each command, in percent. */
const percentiles: Directive<readonly number[]> = {
  flags: MULTIPLE | ALWAYS_WRITTEN,
  aliases: [],
  initial: [50, 99, 99.9],
  parse: parsePercentiles,
  format: (values) => values.join(' '),
  lines: (values) => [values.length === 0 ? '""' : values.join(' ')],
};

export const observability = {
  'slowlog-log-slower-than': integer(10_000, { min: -1, max: LONG_MAX }),
  'slowlog-max-len': integer(128, { min: 0, max: LONG_MAX }),
  'latency-monitor-threshold': integer(0, { min: 0, max: LONG_MAX }),
  'latency-tracking': yesNo(true),
  'latency-tracking-info-percentiles': percentiles,
  'notify-keyspace-events': notifyKeyspaceEvents,
  loglevel: choice('notice', LOG_LEVEL_NAMES),
  logfile: text('', { flags: IMMUTABLE, isWrittenEmpty: true }),
  'crash-log-enabled': yesNo(true),
  'syslog-enabled': yesNo(false, { flags: IMMUTABLE }),
  'syslog-ident': text('januskv', { flags: IMMUTABLE }),
  'syslog-facility': choice(
    'local0',
    ['user', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
    { flags: IMMUTABLE },
  ),
  // After a crash the memory can't be tested: whoever wants no test has none.
  'crash-memcheck-enabled': yesNo(true),
  ...allUnsupported({
    'watchdog-period': integer(0, { min: 0, max: INT_MAX }, { flags: HIDDEN }),
  }),
};

function parseClasses(letters: string): number {
  const classes = parseNotifyClasses(letters);
  if (classes < 0) throw new ConfigMistake("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  return classes;
}

function parsePercentiles(args: readonly string[]): readonly number[] {
  if (args.length === 1 && args[0] === '') return [];
  return args.map((argument) => {
    const value = argument.trim() === '' ? Number.NaN : Number(argument);
    if (Number.isNaN(value)) {
      throw new ConfigMistake('Invalid latency-tracking-info-percentiles parameters');
    }
    if (value < 0 || value > 100) {
      throw new ConfigMistake('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]');
    }
    return value;
  });
}
