import type { Draft } from '../draft.ts';
import { quoted } from './words.ts';

/** A request as a line with `curl`, which reads back as the same request, here and in a shell. */
export function writeCurl({ method, url, headers, body }: Draft): string {
  const named = headers.filter(([name]) => name.trim() !== '');
  const usual = body === '' ? 'GET' : 'POST';
  const words = [
    ...(method === 'HEAD' && body === '' ? ['-I'] : method === usual ? [] : ['-X', method]),
    ...named.flatMap(([name, value]) => [
      '-H',
      value.trim() === '' ? `${name.trim()};` : `${name.trim()}: ${value.trim()}`,
    ]),
    // Where there is none curl takes a body for a form, and says so.
    ...(body !== '' && !named.some(([name]) => name.trim().toLowerCase() === 'content-type')
      ? ['-H', 'Content-Type:']
      : []),
    ...(body === '' ? [] : ['--data-raw', body]),
    url,
  ];
  return ['curl', ...words.map(quoted)].join(' ');
}
