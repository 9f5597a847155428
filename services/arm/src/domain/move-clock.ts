import { AzureError } from '@lab/shared/azure-error.ts';
import { type Clock, type ClockSetting, labTime } from '@lab/shared/clock.ts';

/** Ten years: what is valid for long in the lab ends before that, and every date is still one that clients can read. */
export const MAX_OFFSET_SECONDS = 3_650 * 86_400;

/**
 * Moves the lab's clock, only ever forward: let go after it was held, it goes on where it would be by then.
 * @param hold Absent: held as it is now, or not.
 * @throws AzureError `invalid` ClockTooFar.
 */
export function moveClock(
  setting: ClockSetting,
  { forwardSeconds = 0, hold = setting.heldAt !== null }: { forwardSeconds?: number; hold?: boolean },
  system: Clock,
): ClockSetting {
  const offsetSeconds = setting.offsetSeconds + forwardSeconds;
  if (offsetSeconds > MAX_OFFSET_SECONDS) {
    throw new AzureError({
      kind: 'invalid',
      code: 'ClockTooFar',
      message: `The lab's clock can be ${MAX_OFFSET_SECONDS} seconds ahead at most; it is ${setting.offsetSeconds} ahead.`,
    });
  }
  return { offsetSeconds, heldAt: hold ? labTime(setting, system) + forwardSeconds : null };
}
