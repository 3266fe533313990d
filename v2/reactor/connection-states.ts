/** Where a connection is in its life, as connection.ts draws it. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const OVER = 3;
