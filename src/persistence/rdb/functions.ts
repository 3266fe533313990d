/** Libraries of functions, as files have them beside the data. Implemented by whoever runs functions. */
export interface FunctionLibraries {
  /** The source of each library, its first line included. */
  sources(): Iterable<Buffer>;
  /** Takes in a library. @param replaces one of its name @throws ReplyError when it can't be one */
  load(source: Buffer, replaces: boolean): void;
  /** All go. */
  flush(): void;
}
