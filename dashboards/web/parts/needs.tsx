import { Result } from 'antd';
import type { ComponentType } from 'react';
import { Link } from 'react-router';
import type { Act } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { useSession } from './session.ts';

/** A page for those who may do `act`. The server asks again; this only spares a reader an empty page. */
export const Needs = ({ act, page: Page }: { act: Act; page: ComponentType }) => {
  const { t } = useWords();
  const { can } = useSession();
  if (can(act)) return <Page />;
  return (
    <Result status="warning" title={t('problem.forbidden')} extra={<Link to="/start">{t('problem.to_start')}</Link>} />
  );
};
