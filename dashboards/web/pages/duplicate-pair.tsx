import { Alert, App, Button, Card } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useDuplicate } from '../acts/use-duplicate.ts';
import { $api, api } from '../api/client.ts';
import type { DuplicateRevealed, PairVerdict } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from '../parts/dates.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { ReviewColumns } from '../parts/review-columns.tsx';
import { ReviewExplanation } from '../parts/review-explanation.tsx';
import { ReviewReason } from '../parts/review-reason.tsx';
import { useReviewKeys } from '../parts/use-review-keys.ts';
import { useTitle } from '../parts/use-title.ts';

const VERDICTS = [
  { verdict: 'same', key: 's' },
  { verdict: 'different', key: 'd' },
  { verdict: 'unsure', key: 'c' },
] as const;

/** Two registered persons side by side. The pair is taken as it is opened, so that two people do not read the same. */
const Pair = ({ id }: { id: string }) => {
  const { t } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  useTitle(t('duplicates.title'));
  const found = $api.useQuery('get', '/api/duplicates/{pair_id}', { params: { path: { pair_id: id } } });
  const { sending, problem, setProblem, claim, say, undo } = useDuplicate(id);
  const [asking, setAsking] = useState<'undo' | 'reveal' | null>(null);
  const [full, setFull] = useState<DuplicateRevealed | null>(null);
  const detail = found.data;
  // What waits for a second reader is decided for whoever was the first: only they are told the verdict
  const isDecided = detail?.state === 'decided' && detail.verdict !== null;
  const isOpen = detail !== undefined && !isDecided && detail.state !== 'released';
  const isWhole = detail?.persons.length === 2;
  const asked = useRef(false);
  useEffect(() => {
    if (!isOpen || !isWhole || detail.claimed !== 'none' || asked.current) return;
    asked.current = true;
    void claim();
  }, [isOpen, isWhole, detail, claim]);

  const next = async (): Promise<void> => {
    const { data } = await api.GET('/api/duplicates', { params: { query: { limit: 50 } } });
    const other = data?.pairs.find(
      (one) => one.pair_id !== id && one.claimed !== 'another' && one.first !== null && one.second !== null,
    );
    if (other === undefined) void message.info(t('duplicates.none_left'));
    void navigate(other === undefined ? '/duplicates' : `/duplicates/${other.pair_id}`);
  };
  const give = async (verdict: PairVerdict): Promise<void> => {
    const told = detail && (await say(detail.version, verdict));
    const isOrdered = verdict === 'same' || (verdict === 'different' && detail?.ground === 'same_number');
    if (told) void message.success(t(isOrdered && told.state === 'decided' ? 'duplicates.ordered' : 'duplicates.done'));
  };
  const takeBack = async (reason: string): Promise<void> => {
    const told = detail && (await undo(detail.version, reason));
    setAsking(null);
    asked.current = true;
    if (told) void message.success(t('review.undone'));
  };
  const reveal = async (reason: string): Promise<void> => {
    const { data, error } = await api.POST('/api/duplicates/{pair_id}/reveal', {
      params: { path: { pair_id: id } },
      body: { reason },
    });
    setAsking(null);
    if (error !== undefined) setProblem(error);
    else setFull(data);
  };
  const isMine = isOpen && detail.claimed === 'mine';
  const mine = (act: () => void) => (isMine ? act : undefined);
  useReviewKeys({
    ...Object.fromEntries(VERDICTS.map(({ verdict, key }) => [key, mine(() => void give(verdict))])),
    u: isDecided && isWhole ? () => setAsking('undo') : undefined,
    n: () => void next(),
  });
  if (found.isPending) return <Loading />;
  if (detail === undefined) return <ProblemPanel problem={found.error} retry={() => void found.refetch()} />;
  const { persons, order } = detail;
  const forms = {
    undo: { title: t('review.undo_title'), says: t('duplicates.undo_says') },
    reveal: { title: t('review.reveal'), says: t('duplicates.reveal_says') },
  };
  const submit = { undo: takeBack, reveal };
  return (
    <article data-testid="duplicate-pair" data-state={detail.state} data-claimed={detail.claimed}>
      <div className="page-head">
        <h1>
          {t('duplicates.title')} <span className="tag strong">{t(`duplicate_state.${detail.state}`)}</span>
          {detail.verdict !== null && <span className="tag">{t(`duplicate_verdict.${detail.verdict}`)}</span>}
        </h1>
        <Link to="/duplicates">{t('duplicates.back')}</Link>
      </div>
      {problem && <ProblemPanel problem={problem} />}
      {!isWhole && <Alert type="warning" showIcon title={t('duplicates.half')} />}
      {isOpen && detail.second === 'wanted' && <Alert type="info" showIcon title={t('review.is_second')} />}
      {detail.ground === 'same_number' && <Alert type="info" showIcon title={t('duplicates.number_says')} />}
      <p className="muted">
        {t(`duplicate_ground.${detail.ground}`)}
        {isMine && detail.claimed_until !== null && (
          <> · {t('review.claim_until', { at: minuteOf(detail.claimed_until) })}</>
        )}
        {isOpen && <> · {t('duplicates.hidden')}</>}
      </p>
      {full === null ? (
        <Button size="small" data-testid="review-reveal" onClick={() => setAsking('reveal')}>
          {t('review.reveal')}
        </Button>
      ) : (
        <p className="muted">{t('review.revealed')}</p>
      )}
      <ReviewColumns
        {...{ claims: null, candidates: persons, full }}
        heads={isWhole ? [t('duplicates.first'), t('duplicates.second')] : persons.map(() => '')}
      />
      <div className="toolbar">
        {isMine &&
          VERDICTS.map(({ verdict, key }) => (
            <Button
              key={verdict}
              type={verdict === 'same' ? 'primary' : 'default'}
              disabled={sending}
              onClick={() => void give(verdict)}
              data-testid={`duplicate-${verdict}`}
            >
              {t(`duplicates.say_${verdict}`)} <kbd>{key}</kbd>
            </Button>
          ))}
        {isOpen && isWhole && !isMine && problem !== null && (
          <Button disabled={sending} onClick={() => void claim()}>
            {t('app.retry')}
          </Button>
        )}
        {isDecided && isWhole && (
          <Button disabled={sending} onClick={() => setAsking('undo')} data-testid="duplicate-undo">
            {t('review.undo')} <kbd>u</kbd>
          </Button>
        )}
        <Button onClick={() => void next()} data-testid="duplicate-next">
          {t('duplicates.next')} <kbd>n</kbd>
        </Button>
      </div>
      <p className="muted wide-only">{t('duplicates.keys')}</p>
      {order !== null && (
        <p data-testid="duplicate-order">
          {t('orders.current', {
            ...{ number: order.order_no, kind: t(`order_kind.${order.kind}`), at: minuteOf(order.opened_at) },
            state: order.closed_why === null ? t('orders.open') : t(`order_closed.${order.closed_why}`),
          })}{' '}
          <Link to="/duplicates?state=orders">{t('orders.link')}</Link>
        </p>
      )}
      {detail.explanation !== null && <ReviewExplanation explanation={detail.explanation} about={null} />}
      {detail.history.length > 0 && (
        <Card title={t('review.history')} size="small">
          <ul className="rows" data-testid="duplicate-history">
            {detail.history.map(({ version, at, actor, type, verdict, note }) => (
              <li key={version}>
                {minuteOf(at)} {actor} {t(`review_event.${type}`)} {verdict && t(`duplicate_verdict.${verdict}`)} {note}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {asking && (
        <ReviewReason
          {...{ name: asking, sending, ...forms[asking] }}
          onSubmit={(text) => void submit[asking](text)}
          onCancel={() => setAsking(null)}
        />
      )}
    </article>
  );
};

/** What is shown in full belongs to one pair: another one begins masked. */
const DuplicatePair = () => {
  const { pairId = '' } = useParams();
  return <Pair key={pairId} id={pairId} />;
};
export default DuplicatePair;
