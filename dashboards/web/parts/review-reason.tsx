import { Button, Form, Input, Modal } from 'antd';
import { useWords } from '../i18n/use-words.ts';

interface Props {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly sending: boolean;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

/** Asks for the words that a step needs. */
export const ReviewReason = ({ name, title, says, sending, onSubmit, onCancel }: Props) => {
  const { t } = useWords();
  return (
    <Modal open title={title} footer={null} destroyOnHidden onCancel={onCancel}>
      <p>{says}</p>
      <Form<{ reason: string }>
        layout="vertical"
        name={`review-${name}`}
        data-testid={`review-form-${name}`}
        onFinish={({ reason }) => onSubmit(reason.trim())}
      >
        <Form.Item
          name="reason"
          label={t('review.reason')}
          rules={[{ required: true, min: 4, whitespace: true, message: t('review.too_short') }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={sending} data-testid="review-submit">
          {t('review.submit')}
        </Button>
      </Form>
    </Modal>
  );
};
