import { LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link, NavLink } from 'react-router';
import { dropAllDrafts } from '../acts/drafts.ts';
import { api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { pagesOf } from './pages-of.ts';
import { useSession } from './session.ts';

/** Name, navigation by acts, who is signed in for which regions, language, sign-out. */
export const Header = () => {
  const { t, word } = useWords();
  const session = useSession();
  const regions = session.regions.map(({ name, region_code: code }) => name ?? code).join('、');
  const unit = session.department === null ? regions : word('department', session.department);

  const signOut = async (): Promise<void> => {
    await api.DELETE('/api/session');
    dropAllDrafts(sessionStorage);
    // Loaded anew: nothing that was read stays in this window's memory, and the next person begins at their own page
    window.location.assign('/');
  };

  return (
    <header className="header">
      <Link to="/" className="brand">
        {t('app.name')}
      </Link>
      <nav aria-label={t('app.menu')}>
        {pagesOf(session).map(({ to, title }) => (
          <NavLink key={to} to={to}>
            {t(`nav.${title}`)}
          </NavLink>
        ))}
      </nav>
      <div className="who" data-testid="who-am-i" title={`${t('app.regions')}：${regions}`}>
        <UserOutlined aria-hidden />
        <span>
          {session.name} · {word('role', session.role)}
          <small>{unit}</small>
        </span>
      </div>
      <LanguageSwitch />
      <Button
        type="text"
        size="small"
        icon={<LogoutOutlined aria-hidden />}
        data-testid="sign-out"
        onClick={() => void signOut()}
      >
        {t('app.sign_out')}
      </Button>
    </header>
  );
};
