/** What the server tells of itself: INFO. Implemented by the server. */
export interface Information {
  /**
   * @param names of sections, in lower case; `all`, `everything` and `default` stand for several, and none at all
   *   for `default`
   * @returns lines of `field:value`, each section after a line with its title
   */
  render(names: readonly string[]): string;
  /** The server's time, in µs since the epoch. */
  wallUs(): number;
}
