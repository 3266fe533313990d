/**
 * The command line: reads the configuration, starts a server, and ends with it. It logs as redis-server does, so that
 * scripts which wait for `Ready to accept connections` find it.
 *
 * Exit status: 0 after SIGTERM, SIGINT or SHUTDOWN; 1 when the server can't start, or is told twice to stop.
 */
import { type Program, runProgram } from '../v2/program/program.js';
import { ConfigFileUnreadable, type ConfigSources, readConfig } from './command-line/config-files.js';
import { CrashReport } from './command-line/crash-report.js';
import { isDaemon, startDaemon } from './command-line/daemon.js';
import { EnvironmentMistake } from './command-line/environment.js';
import { Log } from './command-line/log.js';
import { logo, showsLogo } from './command-line/logo.js';
import {
  configFileText,
  configLineText,
  environmentText,
  HELP,
  readyLines,
  startLines,
  versionText,
} from './command-line/messages.js';
import { OomScore } from './command-line/oom-score.js';
import { DEFAULT_PID_FILE, PidFile } from './command-line/pid-file.js';
import { processTitle } from './command-line/process-title.js';
import { keepToProcessors } from './command-line/processors.js';
import { Supervisor } from './command-line/supervisor.js';
import { Syslog } from './command-line/syslog.js';
import type { HostedServer } from './hosted-server.js';
import { AddressReserve } from './process/address-reserve.js';
import { parseCommandLine } from './server/config/command-line.js';
import type { Config } from './server/config/config.js';
import { configuredListeners } from './server/config/listeners.js';
import { ConfigLineError } from './server/config/read-lines.js';
import type { Crash } from './server/debugging.js';
import { NOTICE, WARNING } from './server/log-levels.js';
import { isSister, type Sister } from './sisters.js';

/** The servers beside the key-value one, each loaded when its name is the first word. */
const SISTERS: Readonly<Record<Sister, () => Promise<Program>>> = {
  echo: async () => (await import('../v2/echo/program.js')).echo,
  proxy: async () => (await import('../v2/proxy/program.js')).proxy,
  reverse: async () => (await import('../v2/reverse/program.js')).reverse,
};

/** @param words of the command line, without the program's */
export async function main(words: readonly string[]): Promise<void> {
  const [first, ...others] = words;
  if (isSister(first)) process.exit(await runProgram(await SISTERS[first](), others));
  const line = parseCommandLine(words.map((word) => Buffer.from(word).toString('latin1')));
  if (line.action === 'version') process.stdout.write(`${versionText()}\n`);
  else if (line.action === 'help') process.stdout.write(HELP);
  else await serveOrDetach(line);
}

async function serveOrDetach(sources: ConfigSources): Promise<void> {
  const config = configure(sources);
  if (!config.get('daemonize') || isDaemon()) return serve(config);
  if (sources.readsStdin) fail('januskv: a daemon has no standard input to read its configuration from\n');
  try {
    startDaemon();
  } catch (error) {
    refuse(error);
  }
}

function configure(sources: ConfigSources): Config {
  try {
    return readConfig(sources, process.env);
  } catch (error) {
    if (error instanceof ConfigLineError) return fail(configLineText(error));
    if (error instanceof EnvironmentMistake) return fail(environmentText(error));
    if (error instanceof ConfigFileUnreadable) return fail(configFileText(error));
    throw error;
  }
}

async function serve(config: Config): Promise<void> {
  if (configuredListeners(config).length === 0) fail('januskv: configured to listen nowhere\n');
  const log = new Log(config);
  log.syslog = await Syslog.open(config).catch((error: unknown) => {
    log.write(WARNING, `syslog can't be reached: ${error instanceof Error ? error.message : error}`);
    return null;
  });
  for (const [level, message] of startLines(config.file)) log.write(level, message, 'C');
  // As redis-server does: relative paths, and core files, are the directory's from then on.
  config.watch('dir', (path) => {
    if (path !== '') process.chdir(Buffer.from(path, 'latin1').toString());
  });
  await keepToProcessors(config, log);
  const supervisor = new Supervisor(config, log);
  await supervisor.begin();
  const crashReport = new CrashReport(log, config);
  let facts = (): string => '';
  let isReplica = (): boolean => false;
  process.on('uncaughtExceptionMonitor', (error) => crashReport.bug(error, facts()));
  const reserve = AddressReserve.claim();
  const { startHosted } = await import('./hosted-server.js');
  const server = await startHosted({
    config,
    listeners: configuredListeners(config),
    isMovable: config.get('listen').length === 0,
    keepsData: true,
    isAlone: true,
    reserve,
    supervisor: supervisor.name,
    crash: crashes(config, crashReport),
    log: (level, message) => log.write(level, message, isReplica() ? 'S' : 'M'),
    report: (trouble, where) => log.trouble(trouble, where),
  }).catch(refuse);
  facts = () => server.facts();
  isReplica = () => server.isReplica;
  new OomScore(config, log).watch();
  if (config.get('set-proc-title')) {
    config.watch('proc-title-template', () => {
      process.title = processTitle(config, server);
    });
  }
  const pidFile = new PidFile(
    config.get('pidfile') || (config.get('daemonize') ? DEFAULT_PID_FILE : ''),
    log,
  );
  stopOnSignals(server, config, log, supervisor);
  if (showsLogo(config)) log.raw(logo(server));
  for (const line of readyLines(server)) log.write(NOTICE, line);
  supervisor.ready();
  await server.closed;
  pidFile.remove();
  log.write(WARNING, 'januskv is now ready to exit, bye bye...');
  process.exit(server.failure === null ? 0 : 1);
}

/** As a program in C ends: by the signal, and with a core file if there is to be one. */
function crashes(config: Config, report: CrashReport): Crash {
  return (kind, facts, reason) => {
    report.onDemand(kind, facts, reason);
    if (kind === 'segfault') process.kill(process.pid, 'SIGSEGV');
    if (config.get('use-exit-on-panic')) process.exit(1);
    process.abort();
  };
}

/** The second signal ends the process at once. */
function stopOnSignals(server: HostedServer, config: Config, log: Log, supervisor: Supervisor): void {
  let isAsked = false;
  const stop = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (isAsked && server.isEnding) {
      log.signal('You insist... exiting now.');
      process.exit(1);
    }
    isAsked = true;
    log.signal(`Received ${signal} scheduling shutdown...`);
    const words = config.get(signal === 'SIGINT' ? 'shutdown-on-sigint' : 'shutdown-on-sigterm');
    const saves = words.includes('save') ? 'yes' : words.includes('nosave') ? 'no' : 'default';
    const request = { saves, isNow: words.includes('now'), isForced: words.includes('force') } as const;
    if (server.shutDown(request)) supervisor.stopping();
    else log.write(WARNING, `${signal} received but errors trying to shut down the server, check the logs`);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The machine's refusals, and those of `node --permission`, have a code; whatever has none is a bug, and its stack is wanted. */
function refuse(error: unknown): never {
  if (error instanceof Error && 'code' in error) return fail(`januskv: ${error.message}\n`);
  throw error;
}

function fail(text: string): never {
  process.stderr.write(text);
  process.exit(1);
}
