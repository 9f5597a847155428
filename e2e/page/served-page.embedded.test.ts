import { startLab } from '@managed-identity-lab/embedded';
import { expect, it } from 'vitest';
import { expectOwnFilesOnly, hasInline } from './served-page.ts';

it('the page that was built is served with a policy that lets its own files in alone, and has nothing inline', async () => {
  const lab = await startLab();
  try {
    await expectOwnFilesOnly(lab.url);
  } finally {
    await lab.close();
  }
});

it.each([
  '<script>run()</script>',
  '<SCRIPT type="module">run()</SCRIPT>',
  '<style>a{}</style>',
  '<p style="color:red">',
  '<p onclick="run()">',
  '<img src="data:image/png;base64,AA==">',
  '<script src="https://elsewhere.invalid/x.js"></script>',
])('would be noticed: %s', (inline) => {
  const page = '<script type="module" crossorigin src="./assets/a.js"></script>';
  expect([hasInline(page), hasInline(page + inline)]).toEqual([false, true]);
});
