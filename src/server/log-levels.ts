/** How much a message of the log matters: the directive `loglevel` names the least that is kept. */
export const DEBUG = 0;
export const VERBOSE = 1;
export const NOTICE = 2;
export const WARNING = 3;

export const LOG_LEVEL_NAMES = ['debug', 'verbose', 'notice', 'warning', 'nothing'] as const;

/** @returns whether a message of this level is kept */
export function isLogged(level: number, least: (typeof LOG_LEVEL_NAMES)[number]): boolean {
  return level >= LOG_LEVEL_NAMES.indexOf(least);
}
