/** The life of the server as a whole. Implemented by the server. */
export interface Lifecycle {
  /**
   * The server is to stop: clients get the replies they are owed, then the program that embeds the server
   * closes it.
   * @returns false when that program left nobody to ask
   */
  shutdown(): boolean;
}
