/** A name for one run of one server, or for one history of its data: 40 hexadecimal digits. */
import { randomBytes } from 'node:crypto';

const RUN_ID_BYTES = 20;

export const newRunId = (): string => randomBytes(RUN_ID_BYTES).toString('hex');
