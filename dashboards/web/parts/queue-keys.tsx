import { Button, Popover } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="combobox"]') !== null;

const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-row-link]')];

/** j, k or arrows move along the rows, Enter opens (the focused link does so by itself), / searches, ? shows this. */
export const QueueKeys = ({ focusSearch }: { focusSearch: () => void }) => {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const search = useRef(focusSearch);
  useEffect(() => {
    search.current = focusSearch;
  });

  useEffect(() => {
    const move = (by: number): void => {
      const rows = links();
      const here = rows.indexOf(document.activeElement as HTMLElement);
      const to = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
      rows[to]?.focus();
      rows[to]?.scrollIntoView({ block: 'nearest' });
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = new Map([
        ['j', () => move(1)],
        ['k', () => move(-1)],
        ['ArrowDown', () => move(1)],
        ['ArrowUp', () => move(-1)],
        ['/', () => search.current()],
        ['?', () => setOpen((shown) => !shown)],
        ['Escape', () => setOpen(false)],
      ]).get(event.key);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const help = (
    <dl className="keys">
      <dt>
        <kbd>j</kbd> <kbd>k</kbd> <kbd>↓</kbd> <kbd>↑</kbd>
      </dt>
      <dd>{t('queue.keys_move')}</dd>
      <dt>
        <kbd>Enter</kbd>
      </dt>
      <dd>{t('queue.keys_open')}</dd>
      <dt>
        <kbd>/</kbd>
      </dt>
      <dd>{t('queue.keys_search')}</dd>
      <dt>
        <kbd>?</kbd>
      </dt>
      <dd>{t('queue.keys_help')}</dd>
    </dl>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" content={help} placement="bottomRight">
      <Button type="text" size="small" className="wide-only" aria-expanded={open} data-testid="queue-keys">
        {t('queue.keys')} <kbd>?</kbd>
      </Button>
    </Popover>
  );
};
