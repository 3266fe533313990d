/** INFO: sections of `field:value` lines, in Redis' order. Each section reads what it shows when asked. */
import type { Information as InformationService } from '../../commands/services/information.js';

export type InfoValue = string | number;

export interface InfoSection {
  /** As INFO's argument, in lower case. */
  readonly name: string;
  readonly title: string;
  /** Shown when no section is asked for. */
  readonly isDefault: boolean;
  fields(): Iterable<readonly [name: string, value: InfoValue]>;
}

export class Information implements InformationService {
  /** @param sections in the order in which they are shown */
  constructor(
    readonly sections: readonly InfoSection[],
    readonly wallUs: () => number,
  ) {}

  render(names: readonly string[]): string {
    const wanted = new Set(names.length === 0 ? ['default'] : names);
    const all = wanted.has('all') || wanted.has('everything');
    return this.sections
      .filter(({ name, isDefault }) => all || wanted.has(name) || (isDefault && wanted.has('default')))
      .map(show)
      .join('\r\n');
  }
}

function show(section: InfoSection): string {
  let lines = `# ${section.title}\r\n`;
  // Not taken apart: that goes by an iterator, which costs in code that is seldom run and so never compiled.
  for (const field of section.fields()) lines += `${field[0]}:${field[1]}\r\n`;
  return lines;
}
