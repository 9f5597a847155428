import { expect, it } from 'vitest';
import type { Report } from '../testing/report.ts';
import { judge, judgeUnmutated } from './judge.ts';

const named = { file: 'services/x/src/x.test.ts', name: 'group > is checked' };
type Test = Report['testResults'][number]['assertionResults'][number];
const one = (title: string, status: string, ...failureMessages: string[]): Test => ({
  ancestorTitles: ['group'],
  title,
  status,
  failureMessages,
});
const red = one('is checked', 'failed', 'AssertionError: expected 200 to be 403\n    at x.test.ts:1:1');
const other = one('is something else', 'passed');
const report = (...assertionResults: Test[]): Report => ({
  testResults: [{ name: '/tmp/copy/services/x/src/x.test.ts', status: 'failed', message: '', assertionResults }],
});

it('takes a named test that failed by an assertion, while another one is green, for a kill', () => {
  expect(judge(report(red, other, one('is a third', 'failed', 'Error: x')), named)).toEqual({});
});

it.each([
  'Error: promise resolved "200" instead of rejecting',
  'Error: promise rejected "Error: x" instead of resolving',
  'Error: expected [ 1 ] to deeply equal [ 2 ]',
])('knows an assertion by another name: %s', (message) => {
  const alike = one('is something else', 'failed', 'AssertionError: expected 1 to be 2');
  expect(judge(report(one('is checked', 'failed', message), alike), named)).toEqual({});
});

it('asks for no other test where there is none', () => expect(judge(report(red), named)).toEqual({}));

it.each([
  ['left no report', undefined, 'the run ended without a report'],
  ['stayed green', report(one('is checked', 'passed'), one('is something else', 'failed')), 'its test stayed green'],
  ['did not run', report(one('is checked', 'skipped'), other), 'its test did not run'],
  ['is not there', report(other), 'its test did not run'],
  ['is in another group', report({ ...red, ancestorTitles: [] }, other), 'its test did not run'],
  [
    'broke',
    report(one('is checked', 'failed', 'TypeError: x is not a function\n    at y'), other),
    'its test broke instead of failing: TypeError: x is not a function',
  ],
  ['took too long', report(one('is checked', 'failed', 'Error: Test timed out in 5000ms.'), other), /^its test broke/],
  ['was one of many that broke', report(red, one('is something else', 'failed', 'Error: x')), /^every other test/],
])('takes no other outcome for a kill: the test %s', (_, run, why) => {
  expect(judge(run, named)).toEqual({ why: typeof why === 'string' ? why : expect.stringMatching(why) });
});

it('says why a file did not load', () => {
  const testResults = [{ name: 'x', status: 'failed', message: 'SyntaxError: oh\n  at', assertionResults: [] }];
  expect(judge({ testResults }, named)).toEqual({ why: 'the file did not load: SyntaxError: oh' });
});

const green = one('is checked', 'passed');
const elsewhere: Report = {
  testResults: [{ name: '/tmp/copy/services/y.test.ts', status: 'passed', message: '', assertionResults: [green] }],
};

it.each([
  ['is green', report(green, other), undefined],
  ['is not there', report(other), /has no such test: group > is checked$/],
  ['is there twice', report(green, green), /has 2 tests of this name/],
  ['is red', report(red), /is not green to begin with/],
  ['is skipped', report(one('is checked', 'skipped')), /is not green to begin with/],
  ['is in another file', elsewhere, /^there is no test file services\/x/],
  ['left no report', undefined, /without a report/],
])('looks at the named test before anything is switched off: it %s', (_, run, why) => {
  const verdict = judgeUnmutated(run, named);
  if (why) expect(verdict.why).toMatch(why);
  else expect(verdict).toEqual({});
});
