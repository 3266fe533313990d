#!/usr/bin/env node
/**
 * The command line: reads the configuration, starts a server, and ends with it. It prints where the server
 * listens once it does, so that a script may wait for that line.
 *
 * Exit status: 0 after SIGTERM, SIGINT or SHUTDOWN; 1 when the server can't start, or is told twice to stop.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { type Program, runProgram } from '../v2/program/program.js';
import { ConfigFileUnreadable, type ConfigSources, readConfig } from './command-line/config-files.js';
import { configFileText, configLineText, HELP, startText, versionText } from './command-line/messages.js';
import { processTitle } from './command-line/process-title.js';
import { parseCommandLine } from './server/config/command-line.js';
import type { Config } from './server/config/config.js';
import { configuredListeners } from './server/config/listeners.js';
import { ConfigLineError } from './server/config/read-lines.js';

/** The servers beside the key-value one, each loaded when its name is the first word. */
const SISTERS: ReadonlyMap<string, () => Promise<Program>> = new Map([
  ['echo', async () => (await import('../v2/echo/program.js')).echo],
  ['proxy', async () => (await import('../v2/proxy/program.js')).proxy],
  ['reverse', async () => (await import('../v2/reverse/program.js')).reverse],
]);

async function main(words: readonly string[]): Promise<void> {
  const sister = SISTERS.get(words[0]);
  if (sister !== undefined) process.exit(await runProgram(await sister(), words.slice(1)));
  const line = parseCommandLine(words.map((word) => Buffer.from(word).toString('latin1')));
  if (line.action === 'version') process.stdout.write(`${versionText()}\n`);
  else if (line.action === 'help') process.stdout.write(HELP);
  else await serve(configure(line));
}

function configure(sources: ConfigSources): Config {
  try {
    return readConfig(sources);
  } catch (error) {
    if (error instanceof ConfigLineError) return fail(configLineText(error));
    if (error instanceof ConfigFileUnreadable) return fail(configFileText(error));
    throw error;
  }
}

async function serve(config: Config): Promise<void> {
  if (configuredListeners(config).length === 0) fail('januskv: configured to listen nowhere\n');
  // As redis-server does: relative paths, and core files, are the directory's from then on.
  config.watch('dir', (path) => {
    if (path !== '') process.chdir(Buffer.from(path, 'latin1').toString());
  });
  const { createServer } = await import('./index.js');
  const server = await createServer({ config }).catch((error: unknown) => {
    // The machine's refusals have a code; whatever has none is a bug, and its stack is wanted.
    if (error instanceof Error && 'code' in error) return fail(`januskv: ${error.message}\n`);
    throw error;
  });
  if (config.get('set-proc-title')) {
    config.watch('proc-title-template', () => {
      process.title = processTitle(config, server);
    });
  }
  const pidFile = config.get('pidfile');
  if (pidFile !== '') writeFileSync(Buffer.from(pidFile, 'latin1'), `${process.pid}\n`);
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      process.stdout.write(`${signal}: stopping\n`);
      const words = config.get(signal === 'SIGINT' ? 'shutdown-on-sigint' : 'shutdown-on-sigterm');
      const saves = words.includes('save') ? 'yes' : words.includes('nosave') ? 'no' : 'default';
      const request = { saves, isNow: words.includes('now'), isForced: words.includes('force') } as const;
      if (!server.prepareExit(request)) {
        process.stderr.write(
          `${signal} received but errors trying to shut down the server, check the logs\n`,
        );
        isStopping = false;
        return;
      }
      void server.close(words.includes('now') ? 0 : config.get('shutdown-timeout') * 1000);
    });
  }
  process.stdout.write(startText(server));
  await server.closed;
  if (pidFile !== '') rmSync(Buffer.from(pidFile, 'latin1'), { force: true });
  process.exit(server.failure === null ? 0 : 1);
}

function fail(text: string): never {
  process.stderr.write(text);
  process.exit(1);
}

await main(process.argv.slice(2));
