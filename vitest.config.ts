import { defineConfig } from 'vitest/config';

/** `unit`: beside the code, milliseconds. `embedded`: the lab in one process. `e2e`: real containers, one file at a time. `page`: a
 * browser before them. `packages`: what people install, outside of this repository. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{shared,services/*,packages/*,lab}/src/**/*.test.ts',
            'services/portal/page/{src,build}/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'embedded',
          include: ['e2e/**/*.embedded.test.ts'],
          globalSetup: ['lab/src/page/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['e2e/packages/*.packages.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'page',
          include: ['e2e/page/*.page.test.ts'],
          globalSetup: ['lab/src/page/global-setup.ts'],
          fileParallelism: false,
          // As long as the browser waits for what it is told to press.
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
