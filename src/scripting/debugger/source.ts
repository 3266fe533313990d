/** A script's lines as the debugger shows them, and its breakpoints, which are lines too. Lines count from 1. */

const BREAKPOINTS_MAX = 64;
const LINE_NUMBER_COLUMNS = 3;

export class DebuggedSource {
  /** The line about to run. */
  currentLine = 0;
  readonly #lines: readonly string[];
  /** In the order in which they were set. */
  #breakpoints: number[] = [];

  /** @param script all of it */
  constructor(script: Buffer) {
    const text = script.toString('latin1').replace(/[\r\n]+$/, '');
    this.#lines = text === '' ? [] : text.split('\n');
  }

  get lineCount(): number {
    return this.#lines.length;
  }

  get breakpoints(): readonly number[] {
    return this.#breakpoints;
  }

  get hasRoomForBreakpoint(): boolean {
    return this.#breakpoints.length < BREAKPOINTS_MAX;
  }

  isBreakpoint(line: number): boolean {
    return this.#breakpoints.includes(line);
  }

  /** @returns false where there is no such line, or a breakpoint already */
  addBreakpoint(line: number): boolean {
    if (line < 1 || line > this.#lines.length || this.isBreakpoint(line)) return false;
    this.#breakpoints.push(line);
    return true;
  }

  /** @returns false where there is none */
  removeBreakpoint(line: number): boolean {
    const index = this.#breakpoints.indexOf(line);
    if (index >= 0) this.#breakpoints.splice(index, 1);
    return index >= 0;
  }

  removeBreakpoints(): void {
    this.#breakpoints = [];
  }

  /** `->#12   return a`: the current line, which is a breakpoint. */
  line(line: number): string {
    const text = this.#lines[line - 1] ?? '<out of range source code line>';
    const current = line === this.currentLine ? '->' : '  ';
    const breakpoint = this.isBreakpoint(line) ? '#' : ' ';
    return `${current}${breakpoint}${String(line).padEnd(LINE_NUMBER_COLUMNS)} ${text}`;
  }

  /** The lines around one. @param around below 1 for the current line */
  *around(around: number, context: number): Generator<string> {
    const middle = around > 0 ? around : this.currentLine;
    const last = Math.min(this.#lines.length, middle + context);
    for (let line = Math.max(1, middle - context); line <= last; line++) yield this.line(line);
  }
}
