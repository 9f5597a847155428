import { byName } from './by-name.ts';

export const CATALOGUE = byName(import.meta.glob('../../texts/en/**/*.md', { eager: true, import: 'default' }));
