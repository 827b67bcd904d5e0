import type { paths } from '../api/schema.gen.ts';
import { useWords } from '../i18n/use-words.ts';

export type DemoAccount =
  paths['/api/demo-accounts']['get']['responses'][200]['content']['application/json']['accounts'][number];

interface Props {
  readonly accounts: readonly DemoAccount[];
  readonly onChoose: (account: DemoAccount) => void;
}

/** The accounts of a store of fictional data by role: one click fills the form and signs in. */
export const DemoAccounts = ({ accounts, onChoose }: Props) => {
  const { t, word } = useWords();
  const roles = [...new Set(accounts.map(({ role }) => role))];
  return (
    <section className="demo-accounts" aria-labelledby="demo-title" data-testid="demo-accounts">
      <h2 id="demo-title">{t('sign_in.demo_title')}</h2>
      <p>{t('sign_in.demo_says')}</p>
      {roles.map((role) => (
        <div key={role} className="demo-role">
          <h3>{word('role', role)}</h3>
          <ul>
            {accounts
              .filter((account) => account.role === role)
              .map((account) => (
                <li key={account.account}>
                  <button
                    type="button"
                    data-testid={`demo-account-${account.account}`}
                    data-role={account.role}
                    onClick={() => onChoose(account)}
                  >
                    <span>{account.name}</span>
                    <small>
                      {account.account}
                      {account.department !== null && ` · ${word('department', account.department)}`}
                    </small>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
};
