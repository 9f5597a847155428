/** Vitest's JSON reports: which tests ran, and how many passed and failed. */
import { z } from 'zod';

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          ancestorTitles: z.array(z.string()),
          title: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});
export type Report = z.infer<typeof Report>;

/** @throws ZodError or SyntaxError when it is none. */
export const parseReport = (text: string): Report => Report.parse(JSON.parse(text));

/** A test by its name: the titles of the groups that it is in, and its own. */
export type NamedTest = { readonly titles: readonly string[] };
export type RanTest = NamedTest & { readonly passed: boolean };

/** Tests of the report that ran. What was skipped did not. */
export const testsIn = (report: Report): RanTest[] =>
  report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ ancestorTitles, title, status }) => ({
        titles: [...ancestorTitles, title],
        passed: status === 'passed',
      })),
  );

/** What `vitest list --json` prints: tests that exist, without running them. */
export const parseList = (text: string): NamedTest[] =>
  z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse(text))
    .map(({ name }) => ({ titles: name.split(' > ') }));

export type Count = {
  readonly passed: number;
  readonly failed: number;
  /** Names of tests that were left out on purpose; in a file that failed they say nothing new. */
  readonly skipped: readonly string[];
  /** Why a failure was counted that no test reported. */
  readonly crash?: string | undefined;
};

/**
 * How many tests passed and failed. A file that failed without a failing test counts as one failure: it could not be
 * loaded, or its set-up failed. So does a run that ended badly although all its tests passed, and one without tests.
 *
 * @param report undefined when the run left none behind.
 */
export function countReport(report: Report | undefined, exitCode: number): Count {
  if (!report) return { passed: 0, failed: 1, skipped: [], crash: `it ended with exit code ${exitCode} and no report` };
  const tests = testsIn(report);
  const passed = tests.filter((test) => test.passed).length;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = tests.length - passed + brokenFiles.length;
  const skipped = report.testResults
    .filter(({ status }) => status !== 'failed')
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > '));
  if (failed === 0 && exitCode !== 0) {
    return { passed, failed: 1, skipped, crash: `it ended with exit code ${exitCode} although no test failed` };
  }
  if (tests.length === 0 && failed === 0) return { passed, failed: 1, skipped, crash: 'not one test ran' };
  return { passed, failed, skipped };
}
