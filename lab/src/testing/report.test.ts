import { expect, it } from 'vitest';
import { countReport, parseList, parseReport, type Report, testsIn } from './report.ts';

type Assertion = Report['testResults'][number]['assertionResults'][number];
const one = (title: string, status: string): Assertion => ({ ancestorTitles: ['group'], title, status });
const file = (status: string, ...assertionResults: Assertion[]) => ({
  name: 'x.test.ts',
  status,
  message: '',
  assertionResults,
});
const report = (...testResults: Report['testResults']): Report => ({ testResults });

it('counts what passed and what failed', () => {
  const run = report(file('passed', one('a', 'passed')), file('failed', one('b', 'failed'), one('c', 'passed')));
  expect(countReport(run, 1)).toEqual({ passed: 2, failed: 1, skipped: [] });
});

it('counts a file that could not be loaded as one failure', () => {
  expect(countReport(report(file('failed'), file('passed', one('a', 'passed'))), 1)).toMatchObject({
    passed: 1,
    failed: 1,
  });
});

it('counts a set-up that failed as one failure, and not the tests that it kept from running', () => {
  const run = report(file('failed', one('a', 'skipped'), one('b', 'skipped')));
  expect(countReport(run, 1)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

it('names what was skipped on purpose', () => {
  const run = report(file('passed', one('a', 'passed'), one('b', 'skipped'), one('c', 'todo')));
  expect(countReport(run, 0)).toEqual({ passed: 1, failed: 0, skipped: ['group > b', 'group > c'] });
});

it.each([
  ['leaves no report', undefined, 1, 'no report'],
  ['leaves no report and calls that a success', undefined, 0, 'no report'],
  ['has no test', report(), 0, 'not one test ran'],
  ['skips every test', report(file('passed', one('a', 'skipped'))), 0, 'not one test ran'],
  ['ends badly although every test passed', report(file('passed', one('a', 'passed'))), 1, 'exit code 1'],
])('counts a run as failed that %s', (_, run, exitCode, crash) => {
  expect(countReport(run, exitCode)).toMatchObject({ failed: 1, crash: expect.stringContaining(crash) });
});

it('knows which tests ran', () => {
  const run = report(file('failed', one('a', 'passed'), one('b', 'failed'), one('c', 'skipped')));
  expect(testsIn(run)).toEqual([
    { titles: ['group', 'a'], passed: true },
    { titles: ['group', 'b'], passed: false },
  ]);
});

it('refuses a report of another shape', () => {
  expect(() => parseReport('{"tests":[]}')).toThrow();
});

it('reads the list of tests that exist', () => {
  expect(parseList('[{"name":"group > a","file":"/x","projectName":"e2e"}]')).toEqual([{ titles: ['group', 'a'] }]);
});
