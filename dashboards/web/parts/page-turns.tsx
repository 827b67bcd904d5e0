import { Button } from 'antd';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useWords } from '../i18n/use-words.ts';

/**
 * 上一页, 下一页 of a list with cursors. The address holds the cursor; the cursors before it lie in the history entry, which
 * outlives a reload. Whoever came by a link has none of them and goes back to the first page.
 */
export const PageTurns = ({ total, next }: { total: number; next: string | null }) => {
  const { t } = useWords();
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const trail = ((location.state as { trail?: string[] } | null)?.trail ?? []) as readonly string[];
  const here = query.get('after');

  const go = (after: string | undefined, newTrail: readonly string[]): void => {
    const target = new URLSearchParams(query);
    if (after) target.set('after', after);
    else target.delete('after');
    window.scrollTo(0, 0);
    void navigate({ search: target.toString() }, { state: { trail: newTrail } });
  };

  return (
    <div className="page-turns">
      <span>{t('app.total', { count: total })}</span>
      <Button disabled={here === null} data-testid="page-previous" onClick={() => go(trail.at(-1), trail.slice(0, -1))}>
        {here !== null && trail.length === 0 ? t('queue.first_page') : t('app.previous')}
      </Button>
      <Button
        disabled={next === null}
        data-testid="page-next"
        onClick={() => go(next ?? undefined, [...trail, here ?? ''])}
      >
        {t('app.next')}
      </Button>
    </div>
  );
};
