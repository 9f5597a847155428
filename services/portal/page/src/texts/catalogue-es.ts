import { byName } from './by-name.ts';

export const CATALOGUE = byName(import.meta.glob('../../texts/es/**/*.md', { eager: true, import: 'default' }));
