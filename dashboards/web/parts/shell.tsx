import { Suspense, useEffect, useRef, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { type Live, LiveContext, openLive } from '../api/live.ts';
import { useWords } from '../i18n/use-words.ts';
import { Header } from './header.tsx';
import { Loading } from './loading.tsx';
import { useSession } from './session.ts';
import { SignInAgain } from './sign-in-again.tsx';
import { SyntheticStrip } from './synthetic-strip.tsx';

/** What stands around every page: strip, navigation, live connection, and the dialog for a session that ended. */
export const Shell = () => {
  const { t } = useWords();
  const { synthetic, user_id: userId } = useSession();
  const [connected, setConnected] = useState(true);
  const [live, setLive] = useState<Live | null>(null);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);

  // Another user's stream shows other regions: a new one for each
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stream belongs to the user
  useEffect(() => {
    const opened = openLive(setConnected);
    setLive(opened);
    return opened.close;
  }, [userId]);

  // A new page begins at its top, also for who hears it read
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <LiveContext value={live}>
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      {synthetic && <SyntheticStrip />}
      <Header />
      {!connected && (
        <div className="offline" role="status">
          {t('app.offline')}
        </div>
      )}
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <SignInAgain />
    </LiveContext>
  );
};
