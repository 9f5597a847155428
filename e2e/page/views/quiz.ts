import { it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';

export function quizSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('is sound in %s colours', async (colours) => {
    const page = await context.open('quiz', { colours });
    await expectSound(page);
    await page.context().close();
  });
}
