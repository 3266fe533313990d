// The beginning of a thread whose program is TypeScript: it learns to read that, then runs the program, whose address
// is its argument. Not part of the bundle.
import { register } from 'tsx/esm/api';

register();
await import(process.argv[2]);
