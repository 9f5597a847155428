/** What vitest's report says about a mutant. */
import type { Report } from '../testing/report.ts';
import type { NamedTest } from './mutant.ts';

/** `why` says what is wrong; absent when all is as it should be. */
export type Verdict = { readonly why?: string };

/**
 * Whether the named test shows that the check is gone.
 *
 * It has to have run and to have failed by an assertion: a mutant that does not load, or makes its subject fall over,
 * shows nothing about the check. For the same reason some other test of the file, where it has any, has to have come to
 * its assertions as well.
 * @param report undefined when the run left none behind.
 */
export function judge(report: Report | undefined, { name }: NamedTest): Verdict {
  if (!report) return { why: 'the run ended without a report' };
  const tests = testsOf(report);
  if (tests.length === 0) return { why: `the file did not load: ${firstLine(report.testResults[0]?.message ?? '')}` };
  const named = tests.filter((test) => test.name === name);
  const failed = named.filter(({ status }) => status === 'failed');
  if (named.every(({ status }) => status !== 'passed' && status !== 'failed')) return { why: 'its test did not run' };
  if (failed.length === 0) return { why: 'its test stayed green' };
  const messages = failed.flatMap((test) => test.failureMessages ?? []);
  if (!messages.some(isAssertion)) {
    return { why: `its test broke instead of failing: ${firstLine(messages[0] ?? '')}` };
  }
  const others = tests.filter((test) => test.name !== name);
  const ran = others.filter((test) => test.status === 'passed' || test.failureMessages?.some(isAssertion));
  if (others.length > 0 && ran.length === 0) return { why: 'every other test of the file broke' };
  return {};
}

/** Whether the named test is there once, and green, while nothing is switched off. */
export function judgeUnmutated(report: Report | undefined, { file, name }: NamedTest): Verdict {
  if (!report) return { why: 'the run ended without a report' };
  const results = report.testResults.filter((result) => result.name.replaceAll('\\', '/').endsWith(`/${file}`));
  if (results.length === 0) return { why: `there is no test file ${file}` };
  const named = testsOf({ testResults: results }).filter((test) => test.name === name);
  if (named.length === 0) return { why: `${file} has no such test: ${name}` };
  if (named.length > 1) return { why: `${file} has ${named.length} tests of this name: ${name}` };
  if (named[0]?.status !== 'passed') return { why: `its test is not green to begin with: ${name}` };
  return {};
}

const testsOf = (report: Report) =>
  report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, ...test }) => ({
      ...test,
      name: [...ancestorTitles, title].join(' > '),
    })),
  );

/** What `expect` throws; with `rejects`, `resolves` and `poll` it goes by the plain name. */
const isAssertion = (message: string): boolean =>
  /^(AssertionError\b|Error: (expected |promise (resolved|rejected) ))/.test(message);

const firstLine = (text: string): string => text.split('\n', 1)[0]?.slice(0, 200) ?? '';
