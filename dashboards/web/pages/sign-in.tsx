import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '../api/client.ts';
import { useWords } from '../i18n/use-words.ts';
import { type DemoAccount, DemoAccounts } from '../parts/demo-accounts.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { SignInForm } from '../parts/sign-in-form.tsx';
import { SyntheticStrip } from '../parts/synthetic-strip.tsx';
import { useTitle } from '../parts/use-title.ts';

/** Sign-in. In a store of fictional data its accounts are listed, a click each. */
export const SignIn = () => {
  const { t } = useWords();
  useTitle(t('sign_in.title'));
  const client = useQueryClient();
  const demo = $api.useQuery('get', '/api/demo-accounts', {}, { retry: false });
  const [chosen, setChosen] = useState<Pick<DemoAccount, 'account' | 'password'> | null>(null);
  return (
    <>
      {demo.data && <SyntheticStrip />}
      <main className={demo.data ? 'sign-in with-demo' : 'sign-in'}>
        <section className="sign-in-card" aria-label={t('sign_in.title')}>
          <div className="sign-in-language">
            <LanguageSwitch />
          </div>
          <h1>{t('app.name')}</h1>
          <p>{t('app.full')}</p>
          <SignInForm
            demo={chosen}
            onSignedIn={(session) =>
              client.setQueryData($api.queryOptions('get', '/api/session', {}).queryKey, session)
            }
          />
        </section>
        {demo.data && (
          <DemoAccounts
            accounts={demo.data.accounts}
            onChoose={({ account, password }) => setChosen({ account, password })}
          />
        )}
      </main>
    </>
  );
};
