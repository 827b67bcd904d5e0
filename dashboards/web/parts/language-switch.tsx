import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { chooseLanguage } from '../i18n/index.ts';
import { useWords } from '../i18n/use-words.ts';

export const LanguageSwitch = () => {
  const { t, language } = useWords();
  return (
    <Button
      type="text"
      size="small"
      icon={<GlobalOutlined aria-hidden />}
      aria-label={t('app.language_label')}
      data-testid="language-switch"
      onClick={() => void chooseLanguage(language === 'zh' ? 'en' : 'zh')}
    >
      {t('app.language')}
    </Button>
  );
};
