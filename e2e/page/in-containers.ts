import { it } from 'vitest';
import { IS_EMBEDDED } from './context.ts';

/**
 * A test of what one process has not: networks that keep machines apart, a machine without identity, containers that stop
 * and start. It is passed over in development with the embedded lab, and nowhere else.
 */
export const itInContainers = it.skipIf(IS_EMBEDDED);
