import { Card } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../i18n/use-words.ts';
import { pagesOf } from '../parts/pages-of.ts';
import { useSession } from '../parts/session.ts';
import { useTitle } from '../parts/use-title.ts';

const LATER = ['rule_author', 'rule_approver', 'auditor', 'administrator'] as const;
const isLater = (role: string): role is (typeof LATER)[number] => LATER.some((known) => known === role);

/** For roles whose own pages come later: what they find here now, and what they will. */
const Start = () => {
  const { t } = useWords();
  useTitle(t('start.title'));
  const session = useSession();
  const pages = pagesOf(session).filter(({ to }) => to !== '/start');
  return (
    <section className="narrow-page cards" data-testid="start">
      <h1>{t('start.hello', { name: session.name })}</h1>
      <Card title={t('start.now')} size="small">
        {pages.length === 0 ? (
          <p>{t('start.nothing_now')}</p>
        ) : (
          <ul className="rows">
            {pages.map(({ to, title }) => (
              <li key={to}>
                <Link to={to}>{t(`nav.${title}`)}</Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={t('start.later')} size="small">
        <p>{t(`start.${isLater(session.role) ? session.role : 'other'}`)}</p>
      </Card>
    </section>
  );
};
export default Start;
