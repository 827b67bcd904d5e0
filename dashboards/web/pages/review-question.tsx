import { Alert, App, Button, Card } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useReview } from '../acts/use-review.ts';
import { $api, api } from '../api/client.ts';
import type { ReviewRevealed, ReviewVerdict } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { minuteOf } from '../parts/dates.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { ReviewColumns } from '../parts/review-columns.tsx';
import { ReviewExplanation } from '../parts/review-explanation.tsx';
import { ReviewReason } from '../parts/review-reason.tsx';
import { useReviewFilters } from '../parts/use-review-filters.ts';
import { useReviewKeys } from '../parts/use-review-keys.ts';
import { useTitle } from '../parts/use-title.ts';

/** One claimed identity beside its candidates. It is taken as it is opened, so that two people do not read the same. */
const Question = ({ id }: { id: string }) => {
  const { t, word } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  useTitle(t('review.title'));
  const { asList, listed } = useReviewFilters();
  const found = $api.useQuery('get', '/api/review/{question_id}', { params: { path: { question_id: id } } });
  const { sending, problem, setProblem, claim, say, undo } = useReview(id);
  const [asking, setAsking] = useState<'wrong_data' | 'undo' | 'reveal' | null>(null);
  const [full, setFull] = useState<ReviewRevealed | null>(null);
  const detail = found.data;
  // What waits for a second reader is decided for whoever was the first: only they are told the verdict
  const isDecided = detail?.state === 'decided' && detail.verdict !== null;
  const isOpen = detail !== undefined && !isDecided && detail.state !== 'released';
  const asked = useRef(false);
  useEffect(() => {
    if (!isOpen || detail.claimed !== 'none' || asked.current) return;
    asked.current = true;
    void claim();
  }, [isOpen, detail, claim]);

  const next = async (): Promise<void> => {
    const { data } = await api.GET('/api/review', { params: { query: { ...asList, limit: 50 } } });
    const other = data?.questions.find((one) => one.question_id !== id && one.claimed !== 'another');
    if (other === undefined) {
      void message.info(t('review.none_left'));
      void navigate({ pathname: '/review', search: listed });
    } else void navigate({ pathname: `/review/${other.question_id}`, search: listed });
  };
  const give = async (verdict: ReviewVerdict, person: string | null = null, note: string | null = null) => {
    const told = detail && (await say(detail.version, verdict, person, note));
    setAsking(null);
    if (told) void message.success(t(told.settled ? 'review.done' : 'review.later'));
  };
  const takeBack = async (reason: string): Promise<void> => {
    const told = detail && (await undo(detail.version, reason));
    setAsking(null);
    asked.current = true;
    if (told) void message.success(t('review.undone'));
  };
  const reveal = async (reason: string): Promise<void> => {
    const { data, error } = await api.POST('/api/review/{question_id}/reveal', {
      params: { path: { question_id: id } },
      body: { reason },
    });
    setAsking(null);
    if (error !== undefined) setProblem(error);
    else setFull(data);
  };
  const isMine = isOpen && detail.claimed === 'mine';
  const persons = detail?.candidates.map(({ person_id }) => person_id) ?? [];
  const sameAs = (place: number) => {
    const person = persons[place];
    return isMine && person !== undefined ? () => void give('same', person) : undefined;
  };
  const mine = (act: () => void) => (isMine ? act : undefined);
  useReviewKeys({
    ...{ 1: sameAs(0), 2: sameAs(1), 3: sameAs(2), n: () => void next() },
    d: mine(() => void give('different')),
    c: mine(() => void give('unsure')),
    w: mine(() => setAsking('wrong_data')),
    u: isDecided ? () => setAsking('undo') : undefined,
  });
  // The matcher's best candidate may be another one than whoever is registered under the number, or than any who is shown
  const aboutWhom = (person: string | null) => {
    if (person === null) return { who: t('review.nobody_shown'), says: t('review.about_nobody') };
    const who = t('review.candidate', { place: persons.indexOf(person) + 1 });
    return { who, says: t('review.about', { who, id: person }) };
  };
  if (found.isPending) return <Loading />;
  if (detail === undefined) return <ProblemPanel problem={found.error} retry={() => void found.refetch()} />;
  const forms = {
    wrong_data: { title: t('review.wrong_title'), says: t('review.wrong_says') },
    undo: { title: t('review.undo_title'), says: t('review.undo_says') },
    reveal: { title: t('review.reveal'), says: t('review.reveal_says') },
  };
  const submit = { wrong_data: (text: string) => void give('wrong_data', null, text), undo: takeBack, reveal };
  const lead = { disabled: sending };
  return (
    <article data-testid="review-question" data-state={detail.state} data-claimed={detail.claimed}>
      <div className="page-head">
        <h1>
          {t('review.title')} <span className="tag strong">{t(`review_state.${detail.state}`)}</span>
          {detail.verdict !== null && <span className="tag">{t(`review_verdict.${detail.verdict}`)}</span>}
        </h1>
        <Link to={{ pathname: '/review', search: listed }}>{t('review.back')}</Link>
      </div>
      {problem && <ProblemPanel problem={problem} />}
      {isOpen && detail.second === 'wanted' && <Alert type="info" showIcon title={t('review.is_second')} />}
      <p className="muted">
        {detail.reasons
          .map((code) => t(`review_reason.${code as 'name_differs'}`, { defaultValue: code }))
          .join(t('app.comma'))}
        {isMine && detail.claimed_until !== null && (
          <> · {t('review.claim_until', { at: minuteOf(detail.claimed_until) })}</>
        )}
        {isOpen && <> · {t('review.score')}</>}
      </p>
      {full === null ? (
        <Button size="small" data-testid="review-reveal" onClick={() => setAsking('reveal')}>
          {t('review.reveal')}
        </Button>
      ) : (
        <p className="muted">{t('review.revealed')}</p>
      )}
      <ReviewColumns
        claims={detail.claims}
        candidates={detail.candidates}
        heads={persons.map((_, i) => t('review.candidate', { place: i + 1 }))}
        full={full}
      />
      {detail.more_candidates > 0 && <p className="muted">{t('review.more', { count: detail.more_candidates })}</p>}
      <div className="toolbar">
        {isMine && (
          <>
            {persons.map((person, i) => (
              <Button key={person} type="primary" {...lead} onClick={sameAs(i)} data-testid={`review-same-${i + 1}`}>
                {t('review.say_same', { place: i + 1 })} <kbd>{i + 1}</kbd>
              </Button>
            ))}
            <Button {...lead} onClick={() => void give('different')} data-testid="review-different">
              {t('review.say_different')} <kbd>d</kbd>
            </Button>
            <Button {...lead} onClick={() => void give('unsure')} data-testid="review-unsure">
              {t('review.say_unsure')} <kbd>c</kbd>
            </Button>
            <Button {...lead} onClick={() => setAsking('wrong_data')} data-testid="review-wrong">
              {t('review.say_wrong_data')} <kbd>w</kbd>
            </Button>
          </>
        )}
        {isOpen && !isMine && problem !== null && (
          <Button {...lead} onClick={() => void claim()}>
            {t('app.retry')}
          </Button>
        )}
        {isDecided && (
          <Button {...lead} onClick={() => setAsking('undo')} data-testid="review-undo">
            {t('review.undo')} <kbd>u</kbd>
          </Button>
        )}
        <Button onClick={() => void next()} data-testid="review-next">
          {t('review.next')} <kbd>n</kbd>
        </Button>
      </div>
      <p className="muted wide-only">{t('review.keys')}</p>
      {detail.explanation !== null && (
        <ReviewExplanation explanation={detail.explanation} about={aboutWhom(detail.explanation.person_id)} />
      )}
      <Card title={t('review.records')} size="small">
        <ul className="rows">
          {detail.records.map(({ feed, record_id, occurred_on, received_at }) => (
            <li key={`${feed}/${record_id}`}>
              {t('review.record', {
                ...{ feed: word('department', feed), id: record_id, on: occurred_on, at: minuteOf(received_at) },
              })}
            </li>
          ))}
        </ul>
      </Card>
      {detail.history.length > 0 && (
        <Card title={t('review.history')} size="small">
          <ul className="rows" data-testid="review-history">
            {detail.history.map(({ version, at, actor, type, verdict, person_id, note }) => (
              <li key={version}>
                {minuteOf(at)} {actor} {t(`review_event.${type}`)} {verdict && t(`review_verdict.${verdict}`)}{' '}
                {person_id} {note}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {asking && (
        <ReviewReason
          {...{ name: asking, sending, ...forms[asking] }}
          onSubmit={submit[asking]}
          onCancel={() => setAsking(null)}
        />
      )}
    </article>
  );
};

/** What is shown in full belongs to one question: another one begins masked. */
const ReviewQuestion = () => {
  const { questionId = '' } = useParams();
  return <Question key={questionId} id={questionId} />;
};
export default ReviewQuestion;
