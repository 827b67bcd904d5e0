import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { useWords } from '../i18n/use-words.ts';

/** 链条完整, as the server recomputed it. */
export const IntactMark = ({ intact }: { intact: boolean }) => {
  const { t } = useWords();
  return (
    <span className={intact ? 'intact' : 'broken'} role={intact ? undefined : 'alert'} data-testid="chain-intact">
      {intact ? <CheckCircleFilled aria-hidden /> : <CloseCircleFilled aria-hidden />}{' '}
      {t(intact ? 'case.chain_intact' : 'case.chain_broken')}
    </span>
  );
};
