import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import type { Problem, SignedIn } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { useProblemWords } from './use-problem-words.ts';

interface Given {
  readonly account: string;
  readonly password: string;
}

interface Props {
  readonly onSignedIn: (session: SignedIn) => void;
  /** The account that has to sign in again: it can't be changed here. */
  readonly account?: string;
  /** Fills the form and signs in at once. */
  readonly demo?: Given | null;
}

/** Account and password, with what was wrong in words. */
export const SignInForm = ({ onSignedIn, account, demo = null }: Props) => {
  const { t } = useWords();
  const say = useProblemWords();
  const [form] = Form.useForm<Given>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState(false);
  const busy = useRef(false);

  const signIn = async (given: Given): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    setSending(true);
    setProblem(null);
    const { data, error } = await api.POST('/api/session', { body: given });
    busy.current = false;
    setSending(false);
    if (error !== undefined) setProblem(error);
    else onSignedIn(data);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a click on a demo account signs in once
  useEffect(() => {
    if (demo === null) return;
    form.setFieldsValue(demo);
    void signIn(demo);
  }, [demo]);

  return (
    <Form
      form={form}
      name="sign-in"
      layout="vertical"
      requiredMark={false}
      data-testid="sign-in-form"
      initialValues={{ account }}
      onFinish={(given) => void signIn(given)}
    >
      {problem && <Alert type="error" showIcon role="alert" data-testid="sign-in-problem" title={say(problem)} />}
      <Form.Item
        name="account"
        label={t('sign_in.account')}
        rules={[{ required: true, message: t('sign_in.need_account') }]}
      >
        <Input
          autoComplete="username"
          autoFocus={account === undefined}
          disabled={account !== undefined}
          maxLength={64}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('sign_in.password')}
        rules={[{ required: true, message: t('sign_in.need_password') }]}
      >
        <Input.Password autoComplete="current-password" autoFocus={account !== undefined} maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={sending} data-testid="sign-in-submit">
        {t('sign_in.submit')}
      </Button>
    </Form>
  );
};
