import { expect, it } from 'vitest';
import { programSource, stepsIn } from './program-source.ts';

const PROGRAM = new URL('./program.ts', import.meta.url);

it('knows each step of the program by its lines', async () => {
  const { file, text, steps } = await programSource(PROGRAM, 'services/app/src/program.ts');
  const lines = text.split('\n');
  expect(file).toBe('services/app/src/program.ts');
  expect(steps.map(({ step }) => step)).toEqual([
    'Read a secret',
    'Write a blob',
    'List the blobs',
    'Read the blob back',
    'Read the orders',
  ]);
  for (const { step, line, lastLine } of steps) {
    expect(lines[line - 1]).toContain(`await step('${step}'`);
    expect(lines[lastLine - 1]).toBe('  });');
  }
});

it('knows a step that fits on a line, and one as a bundler writes it', () => {
  expect(
    stepsIn('  await step(\'One\', url, async () => "x");\n\tawait step("Two", url, async () => {\n\t});'),
  ).toEqual([
    { step: 'One', line: 1, lastLine: 1 },
    { step: 'Two', line: 2, lastLine: 3 },
  ]);
});

it('finds none where there is none', () => expect(stepsIn('step();\nconst x = 1;')).toEqual([]));
