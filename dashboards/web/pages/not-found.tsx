import { Result } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../i18n/use-words.ts';
import { useTitle } from '../parts/use-title.ts';

const NotFound = () => {
  const { t } = useWords();
  useTitle(t('problem.page_missing'));
  return (
    <Result
      status="info"
      title={t('problem.page_missing')}
      subTitle={t('problem.page_missing_says')}
      extra={<Link to="/">{t('problem.to_start')}</Link>}
    />
  );
};
export default NotFound;
