import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { withoutSecrets } from './lab-file.ts';

it("takes the values of secrets and blobs out of the lab's own file, and leaves the rest as it is", () => {
  const { text, secrets } = withoutSecrets(readFileSync(join(ROOT, 'lab.yaml'), 'utf8'));
  expect(text).toContain('ConnectionString: (secret)');
  expect(text).toContain('welcome.txt: (data)');
  expect(text).toContain('{ principal: vm-app01, role: Key Vault Secrets User }');
  expect(text).toContain('# The vault lies in another subscription');
  expect(text).not.toMatch(/Server=tcp|should not be able|Welcome to/);
  expect(secrets).toHaveLength(2);
});

it.each([
  ['with attributes', 'secrets:\n  a: { value: hush-one, contentType: text/plain }'],
  ['in several lines', 'secrets:\n  a: |\n    hush-one\n    hush-two'],
  ['folded', 'secrets:\n  a: >-\n    hush-one\n    hush-two'],
  ['in quotes', 'secrets: { "a": "hush-one\\n" }'],
  ['that stands elsewhere', 'x: &one hush-one\nsecrets:\n  a: *one'],
  ['whose map stands elsewhere', 'x: &all\n  a: hush-one\nsecrets: *all'],
])('finds a secret %s', (_, file) => {
  const { text, secrets } = withoutSecrets(file);
  expect(text).not.toContain('hush');
  expect(secrets.join()).toContain('hush-one');
});

it('shows nothing of a file that is no YAML', () => {
  expect(withoutSecrets('secrets:\n  a: "hush\nb: [').text).not.toContain('hush');
});
