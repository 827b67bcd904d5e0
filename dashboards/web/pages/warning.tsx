import { useParams } from 'react-router';
import { useWords } from '../i18n/use-words.ts';
import { useTitle } from '../parts/use-title.ts';
import { WarningWhy } from '../parts/warning-why.tsx';

/** A warning that no case has taken up yet: why it was raised. */
const Warning = () => {
  const { t } = useWords();
  const { warningId = '' } = useParams();
  useTitle(t('case.warnings'));
  return (
    <section className="narrow-page">
      <h1>{t('case.warnings')}</h1>
      <WarningWhy warningId={warningId} titled />
    </section>
  );
};
export default Warning;
