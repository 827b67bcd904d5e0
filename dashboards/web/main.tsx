import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startI18n } from './i18n/index.ts';
import './style/base.css';
import './style/shell.css';
import './style/marks.css';
import './style/sign-in.css';
import './style/lists.css';
import './style/case.css';
import './style/narrow.css';

await startI18n();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
