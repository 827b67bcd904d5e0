import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { $api } from '../api/client.ts';
import { sessionGate } from '../api/session-gate.ts';
import { useWords } from '../i18n/use-words.ts';
import { useSession } from './session.ts';
import { SignInForm } from './sign-in-form.tsx';

/**
 * Opens over the page when the session has ended. Only the same account may go on: what was typed was typed by its owner,
 * and would else be done in another one's name.
 */
export const SignInAgain = () => {
  const { t } = useWords();
  const client = useQueryClient();
  const { account } = useSession();
  const [open, setOpen] = useState(false);
  const answer = useRef<(signedIn: boolean) => void>(() => {});

  useEffect(
    () =>
      sessionGate.open(() => {
        setOpen(true);
        return new Promise((resolve) => {
          answer.current = resolve;
        });
      }),
    [],
  );
  const done = (signedIn: boolean): void => {
    setOpen(false);
    answer.current(signedIn);
  };

  return (
    <Modal
      open={open}
      title={t('sign_in.again_title')}
      footer={null}
      destroyOnHidden
      mask={{ closable: false }}
      onCancel={() => done(false)}
    >
      <div data-testid="sign-in-again">
        <p>{t('sign_in.again_says')}</p>
        <SignInForm
          account={account}
          onSignedIn={(session) => {
            client.setQueryData($api.queryOptions('get', '/api/session', {}).queryKey, session);
            done(true);
          }}
        />
      </div>
    </Modal>
  );
};
