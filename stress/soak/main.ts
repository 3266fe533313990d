/**
 * `npm run soak`: thousands of clients for half an hour, and whether anything grew, leaked or went wrong.
 * `npm run soak -- --help` says the rest.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Contender, chooseContenders } from '../run/contenders.js';
import { nodeCommand } from '../run/generator-process.js';
import { preflight } from '../run/preflight.js';
import { stopOnSignal } from '../run/stop-on-signal.js';
import { isGood, soakMarkdown, writeSoakReport } from './report.js';
import { parseSoakCommandLine, SOAK_HELP, type SoakSettings } from './settings.js';
import { soak } from './soak.js';

const EXIT_PASSED = 0;
const EXIT_FAILED = 1;
const EXIT_UNABLE = 2;

async function main(args: readonly string[]): Promise<number> {
  const { isHelp, isAtOnce, settings } = parseSoakCommandLine(args);
  if (isHelp) {
    console.log(SOAK_HELP);
    return EXIT_PASSED;
  }
  const contenders = chooseContenders(settings.contenders, []);
  const { obstacles } = preflight(settings.clients, 1, { serverCores: [], loadCores: [] });
  if (obstacles.length > 0) throw new Error(`this machine cannot carry the load\n${obstacles.join('\n')}`);
  if (isAtOnce && contenders.length > 1) return atOnce(contenders, args);
  const stopped = stopOnSignal();
  let code = EXIT_PASSED;
  for (const contender of contenders) code = Math.max(code, await one(contender, settings, stopped));
  return code;
}

async function one(contender: Contender, settings: SoakSettings, stopped: AbortSignal): Promise<number> {
  const say = (text: string): void => {
    process.stderr.write(`${contender.name}: ${text}\n`);
  };
  const report = await soak(contender, settings, say, stopped);
  console.log(soakMarkdown(report));
  console.log(`report: ${writeSoakReport(report, settings.outputFolder).join('\n        ')}`);
  return isGood(report) && report.isWhole ? EXIT_PASSED : EXIT_FAILED;
}

/** Each in a process of its own, so that one's work isn't in the other's latencies. */
async function atOnce(contenders: readonly Contender[], args: readonly string[]): Promise<number> {
  const [file, ...options] = nodeCommand(fileURLToPath(import.meta.url));
  const others = args.filter((word) => word !== '--at-once');
  const children = contenders.map(({ name }) =>
    spawn(file, [...options, ...others, '--contenders', name], { stdio: 'inherit' }),
  );
  // A terminal's Ctrl-C reaches them too; a signal to this process alone does not.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      for (const child of children) child.kill(signal);
    });
  }
  const codes = await Promise.all(children.map(exitCodeOf));
  return Math.max(...codes);
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(EXIT_UNABLE));
    child.once('exit', (code) => resolve(code ?? EXIT_UNABLE));
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(`soak: ${error.message}`);
    process.exitCode = EXIT_UNABLE;
  },
);
