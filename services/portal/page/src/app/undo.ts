import { ask } from '../api/lab.ts';
import { type InForce, readInForce } from '../live/in-force.ts';

/**
 * Takes back what was made otherwise: all faults, and a clock that is held goes on. Time does not go back: a clock that was
 * moved stays ahead until the lab is reset.
 */
export async function undoAll({ clock }: Pick<InForce, 'clock'>): Promise<void> {
  try {
    await ask('DELETE', '/faults');
    if (clock && clock.heldAt !== null) await ask('PUT', '/clock', { hold: false });
  } finally {
    await readInForce();
  }
}

/** Everything as `lab.yaml` says it, in the present. */
export async function resetLab(): Promise<void> {
  try {
    await ask('POST', '/reset', {});
  } finally {
    await readInForce();
  }
}
