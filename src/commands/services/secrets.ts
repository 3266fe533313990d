/** Keeps secrets out of what others see: MONITOR and the slow log. Implemented by the server. */
export interface Secrets {
  /** Argument `index` of the request being run is shown as `(redacted)`. */
  redact(index: number): void;
}
