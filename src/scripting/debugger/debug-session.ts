/**
 * The debugging of one script: where it stops, and the conversation with the client while it does. It knows no Lua: it sees the
 * script as a `StoppedScript`. Once the client is gone the script runs on by itself.
 *
 * Source: redis.io/docs/interact/programmability/lua-debugging; texts as redis-server 7.2.
 */
import type { DebugChannel } from './channel.js';
import { DebugLog } from './debug-log.js';
import { HELP } from './help.js';
import { replyText } from './reply-text.js';
import { leadingInteger, parseDebugRequest } from './request.js';
import { DebuggedSource } from './source.js';
import type { StoppedScript } from './stopped-script.js';

const CONTEXT_LINES = 5;
/** Of a request that isn't whole. */
const REQUEST_BYTES_MAX = 1024 * 1024;
/** Of a call in the log. */
const SHOWN_WORDS_MAX = 10;

const UNKNOWN_REQUEST = '<error> Unknown Redis Lua debugger command or wrong number of arguments.';

/** What a session needs of those who run the script. */
export interface DebugHost {
  monotonicMs(): number;
  /** A script that runs so long between two stops is stopped. */
  readonly patienceMs: number;
  /** The client took its time: what the script sees of the clock goes on. */
  timePassed(): void;
}

export class DebugSession {
  readonly source: DebuggedSource;
  /** `redis.breakpoint` was called: it stops at the next line. */
  stopsNext = false;
  /** The next line is a stop, and what the script does until then is told. */
  isStepping = true;

  readonly #host: DebugHost;
  readonly #channel: DebugChannel;
  readonly #log: DebugLog;
  /** Received and not used. */
  #received = '';
  #startedMs: number;

  /** @param script all of it */
  constructor(host: DebugHost, channel: DebugChannel, script: Buffer) {
    this.#host = host;
    this.#channel = channel;
    this.#log = new DebugLog(channel);
    this.#startedMs = host.monotonicMs();
    this.source = new DebuggedSource(script);
  }

  /** The script comes to the source's current line. */
  reachedLine(script: StoppedScript): void {
    const isBreakpoint = this.stopsNext || this.source.isBreakpoint(this.source.currentLine);
    if (isBreakpoint) this.#stop(script, this.stopsNext ? 'redis.breakpoint() called' : 'break point');
    else if (this.isStepping) this.#stop(script, 'step over');
  }

  /** The script has run for a while. */
  ranOn(script: StoppedScript): void {
    if (this.isStepping || this.stopsNext || this.source.isBreakpoint(this.source.currentLine)) {
      this.reachedLine(script);
      return;
    }
    if (this.#host.monotonicMs() - this.#startedMs < this.#host.patienceMs) return;
    if (this.#stop(script, 'timeout reached, infinite loop?')) return;
    // Nobody is there who could end it.
    script.fail('timeout during Lua debugging with client closing connection');
  }

  /** redis.debug */
  told(values: readonly string[]): void {
    this.#log.add(`<debug> line ${this.source.currentLine}: ${values.join(', ')}`);
  }

  /** A command is called. @param words a character each byte */
  called(words: readonly string[]): void {
    if (!this.isStepping) return;
    const shown = words.slice(0, SHOWN_WORDS_MAX).join(' ');
    const left = words.length - SHOWN_WORDS_MAX;
    // Redis counts one too few.
    this.#log.add(left > 0 ? `<redis> ${shown} ... (${left - 1} more)` : `<redis> ${shown}`);
  }

  replied(reply: Buffer): void {
    if (this.isStepping) this.#log.addTrimmed(`<reply> ${replyText(reply)}`);
  }

  /** An error of Redis came about. @param text up to its first zero byte */
  failed(text: string): void {
    if (this.isStepping) this.#log.add(`<error> ${text}`);
  }

  /** The script is over: its reply follows. */
  end(): void {
    this.#log.add('<endsession>');
    this.#log.send();
  }

  /** @returns false when the client is gone */
  #stop(script: StoppedScript, reason: string): boolean {
    const { source } = this;
    this.isStepping = false;
    this.stopsNext = false;
    this.#log.add(`* Stopped at ${source.currentLine}, stop reason = ${reason}`);
    this.#log.add(source.line(source.currentLine));
    this.#log.send();
    const isThere = this.#converse(script);
    this.#startedMs = this.#host.monotonicMs();
    this.#host.timePassed();
    return isThere;
  }

  #converse(script: StoppedScript): boolean {
    for (;;) {
      const words = this.#nextRequest(script);
      if (words === null) {
        this.isStepping = false;
        this.source.removeBreakpoints();
        return false;
      }
      if (this.#obey(words, script)) return true;
      this.#log.send();
    }
  }

  /** @returns null when the client is gone */
  #nextRequest(script: StoppedScript): readonly string[] | null {
    for (;;) {
      const request = this.#received === '' ? null : parseDebugRequest(this.#received);
      if (request === 'malformed') script.fail('protocol error');
      if (request !== null) {
        // Only what can be another request is kept.
        this.#received = request.rest.includes('*') ? request.rest : '';
        return request.words;
      }
      const bytes = this.#channel.read();
      if (bytes === null) return null;
      this.#received += bytes.toString('latin1');
      if (this.#received.length > REQUEST_BYTES_MAX) script.fail('max client buffer reached');
    }
  }

  /** @returns true when the script goes on */
  #obey(words: readonly string[], script: StoppedScript): boolean {
    const [name, ...rest] = words;
    switch (name.toLowerCase()) {
      case 's':
      case 'step':
      case 'n':
      case 'next':
        this.isStepping = true;
        return true;
      case 'c':
      case 'continue':
        return true;
      case 'a':
      case 'abort':
        return script.fail('script aborted for user request');
      default:
        this.#answer(name.toLowerCase(), rest, script);
        return false;
    }
  }

  #answer(name: string, words: readonly string[], script: StoppedScript): void {
    switch (name) {
      case 'h':
      case 'help':
        this.#show(HELP);
        break;
      case 't':
      case 'trace':
        this.#trace(script);
        break;
      case 'm':
      case 'maxlen':
        this.#limit(words);
        break;
      case 'b':
      case 'break':
        if (words.length === 0) this.#showBreakpoints();
        else this.#setBreakpoints(words);
        break;
      case 'e':
      case 'eval':
        this.#evaluate(words.join(' '), script);
        break;
      case 'p':
      case 'print':
        if (words.length === 1) this.#print(words[0], script);
        else this.#printAll(script);
        break;
      case 'l':
      case 'list':
        this.#list(words);
        break;
      case 'w':
      case 'whole':
        this.#show(this.source.around(1, this.source.lineCount));
        break;
      case 'r':
      case 'redis':
        this.#call(words, script);
        break;
      default:
        this.#log.add(UNKNOWN_REQUEST);
    }
  }

  #limit(words: readonly string[]): void {
    if (words.length === 1) this.#log.trimAt(leadingInteger(words[0]));
    this.#log.addLimit();
  }

  #show(lines: Iterable<string>): void {
    for (const line of lines) this.#log.add(line);
  }

  #list([around = '0', context = String(CONTEXT_LINES)]: readonly string[]): void {
    this.#show(this.source.around(leadingInteger(around), leadingInteger(context)));
  }

  #trace(script: StoppedScript): void {
    for (const [level, { name, line }] of script.frames().entries()) {
      this.#log.add(`${level === 0 ? 'In' : 'From'} ${name ?? 'top level'}:`);
      this.#log.add(this.source.line(line));
    }
  }

  #showBreakpoints(): void {
    const { breakpoints } = this.source;
    if (breakpoints.length === 0) {
      this.#log.add("No breakpoints set. Use 'b <line>' to add one.");
      return;
    }
    this.#log.add(`${breakpoints.length} breakpoints set:`);
    for (const line of breakpoints) this.#log.add(this.source.line(line));
  }

  #setBreakpoints(words: readonly string[]): void {
    for (const word of words) {
      if (/^(0|-?[1-9]\d{0,17})$/.test(word)) this.#setBreakpoint(Number(word));
      else this.#log.add(`Invalid argument:'${word}'`);
    }
  }

  /** @param line 0: none at all; below 0: no longer there */
  #setBreakpoint(line: number): void {
    const { source } = this;
    if (line === 0) {
      source.removeBreakpoints();
      this.#log.add('All breakpoints removed.');
    } else if (line < 0) {
      const isRemoved = source.removeBreakpoint(-line);
      this.#log.add(isRemoved ? 'Breakpoint removed.' : 'No breakpoint in the specified line.');
    } else if (!source.hasRoomForBreakpoint) {
      this.#log.add('Too many breakpoints set.');
    } else if (source.addBreakpoint(line)) {
      this.#show(source.around(line, 1));
    } else {
      this.#log.add('Wrong line number.');
    }
  }

  #print(name: string, script: StoppedScript): void {
    const value = script.variable(name);
    if (value === null) this.#log.add('No such variable.');
    else this.#log.addTrimmed(`<value> ${value}`);
  }

  #printAll(script: StoppedScript): void {
    const locals = script.locals();
    if (locals.length === 0) this.#log.add('No local variables in the current context.');
    for (const [name, value] of locals) this.#log.addTrimmed(`<value> ${name} = ${value}`);
  }

  #evaluate(code: string, script: StoppedScript): void {
    const result = script.evaluate(code);
    if ('error' in result) this.#log.add(`<error> ${result.error}`);
    else this.#log.addTrimmed(`<retval> ${result.value}`);
  }

  /** What it is and what it gives is told as when the script itself calls it. */
  #call(words: readonly string[], script: StoppedScript): void {
    if (words.length === 0) {
      this.#log.add(UNKNOWN_REQUEST);
      return;
    }
    this.isStepping = true;
    script.call(words);
    this.isStepping = false;
  }
}
