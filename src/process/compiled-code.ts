/**
 * Loads a script as V8 compiled it when the program ended the last time, with all functions that it had called by then. The
 * time from the start to the first PONG is four fifths of what it is otherwise, and the first commands needn't wait for V8 to parse
 * what they run: 5 ms of the first one's.
 *
 * Node 22.8 and newer can do this by themselves (module.enableCompileCache), Node 20 can't.
 *
 *     the file:  32 bytes: SHA-256 of the script │ 1: how long the program had run, 0 or 1 │ what V8 wrote
 *
 * V8 refuses what another version, or one with other options, has written; of the script it compares the length alone.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

const HASH_BYTES = 32;
const HEADER_BYTES = HASH_BYTES + 1;
/** After so long a server has rehearsed what clients ask for, and so most of it is compiled. */
const SECONDS_MIN = 5;
const BRIEF = 0;
const LONG = 1;

/**
 * @param path of a CommonJS script, of its own: what it requires is loaded as always
 * @param keptIn path of the file with what V8 compiled, which is made when there is none, and when the program has run for
 * longer than the one that left it. Where it can't be read or written, nothing is different.
 * @returns what the script exports
 */
export function loadCompiled(path: string, keptIn: string): unknown {
  const source = readFileSync(path);
  const hash = createHash('sha256').update(source).digest();
  const kept = readKept(keptIn, hash);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...(kept && { cachedData: kept.subarray(HEADER_BYTES) }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const isTaken = kept !== null && script.cachedDataRejected !== true;
  process.once('exit', () => {
    const isLong = process.uptime() >= SECONDS_MIN;
    if (isTaken && (kept[HASH_BYTES] === LONG || !isLong)) return;
    keep(keptIn, Buffer.from([...hash, isLong ? LONG : BRIEF]), script);
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;
}

/** @returns null when there is nothing, or it is another script's */
function readKept(path: string, hash: Buffer): Buffer | null {
  try {
    const kept = readFileSync(path);
    return kept.length > HEADER_BYTES && kept.subarray(0, HASH_BYTES).equals(hash) ? kept : null;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** Whoever reads it meanwhile sees the former one, or the new one. */
function keep(path: string, header: Buffer, script: Script): void {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, header);
  } catch (error) {
    if (isRefusal(error)) return;
    throw error;
  }
  try {
    appendFileSync(draft, script.createCachedData());
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (!isRefusal(error)) throw error;
  }
}

/** The file system's, or that of `node --permission`. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}
