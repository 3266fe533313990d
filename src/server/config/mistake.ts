/**
 * Why a directive's arguments are refused, in Redis' words. It becomes a reply of CONFIG SET or the last
 * line of a fatal message at the start; either adds which directive it was.
 */
export class ConfigMistake {
  constructor(readonly reason: string) {}
}
