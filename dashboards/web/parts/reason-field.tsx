import { Form, Input } from 'antd';
import { useWords } from '../i18n/use-words.ts';

/** Why somebody does something that is kept with their name. */
export const ReasonField = () => {
  const { t } = useWords();
  return (
    <Form.Item
      name="reason"
      label={t('quarantine.why')}
      rules={[{ required: true, min: 4, whitespace: true, message: t('quarantine.why_short') }]}
    >
      <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
    </Form.Item>
  );
};
