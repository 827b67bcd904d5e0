import { Card } from 'antd';
import { useWords } from '../i18n/use-words.ts';

interface Props {
  readonly disclosed: Readonly<Record<string, string | null>>;
  readonly bureau: boolean;
}

/** What the referral shows of the family, and nothing else. */
export const DisclosedCard = ({ disclosed, bureau }: Props) => {
  const { t, word } = useWords();
  const fields = Object.entries(disclosed);
  return (
    <Card title={t(bureau ? 'referral.disclosed_bureau' : 'referral.disclosed')} size="small" data-testid="disclosed">
      {!bureau && <p className="muted">{t('referral.disclosed_says')}</p>}
      {fields.length === 0 && <p>{t('referral.nothing_disclosed')}</p>}
      <dl className="facts">
        {fields.map(([field, value]) => (
          <div key={field} data-testid={`disclosed-${field}`}>
            <dt>{word('disclosed', field)}</dt>
            <dd>{value ?? t('app.unknown')}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
};
