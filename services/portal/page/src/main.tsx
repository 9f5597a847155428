import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/tokens.css';
import './app/base.css';
import { App } from './app/app.tsx';
import { preferredLanguage } from './app/language.ts';
import { openPage } from './app/session.ts';
import { loadTexts } from './texts/texts.ts';

const place = document.getElementById('page');
if (!place) throw new Error('index.html has no place for the page');
// Nothing is shown before it can be read.
await Promise.all([openPage(), loadTexts(preferredLanguage())]);
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
