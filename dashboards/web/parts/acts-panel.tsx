import { App, Button, Card, Tooltip } from 'antd';
import { useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { createDrafts } from '../acts/drafts.ts';
import type { Choice, ActForm as Form_, Values } from '../acts/field.ts';
import { type Subject, useCommand } from '../acts/use-command.ts';
import type { ChainStep, OfferedAct } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { ActForm } from './act-form.tsx';
import { CommandProblem } from './command-problem.tsx';
import { useSession } from './session.ts';

interface Props {
  readonly subject: Subject;
  readonly acts: readonly OfferedAct[];
  readonly forms: Readonly<Record<string, Form_>>;
  readonly steps: readonly ChainStep[];
  readonly townships?: readonly Choice[];
  /** Of an act: values that its form begins with, and what is said under its fields. */
  readonly given?: Readonly<
    Record<string, { readonly values: Values; readonly hints: Readonly<Record<string, string>> }>
  >;
  /** Said to a reader who may do nothing here. */
  readonly nothing: string;
}

/** What leads onward, most wanted first. Disposing stays legal after it was done, so it stands behind what follows on it. */
const ONWARD =
  'receive assign record_visit verify report close inspect dispose send deliver accept fulfil confirm reroute'
    .split(' ')
    .reverse();

const byOnward = (left: OfferedAct, right: OfferedAct): number =>
  ONWARD.indexOf(right.type) - ONWARD.indexOf(left.type);

/** Acts that the reader may do now, the form of the chosen one, and those that have to wait with their reason. */
export const ActsPanel = ({ subject, acts, forms, steps, townships = [], given = {}, nothing }: Props) => {
  const { t, word } = useWords();
  const { user_id: user } = useSession();
  const { message } = App.useApp();
  const { submit, sending, refused, clear } = useCommand(subject);
  const drafts = useMemo(() => createDrafts(sessionStorage, user, subject.id), [user, subject.id]);
  const buttons = useRef<HTMLFieldSetElement>(null);
  // In the address, so that a reload opens the same form with its draft
  const [query, setQuery] = useSearchParams();
  const asked = query.get('act');
  const known = acts.filter(({ type }) => forms[type] !== undefined);
  const open = known.find(({ type }) => type === asked);
  const form = open && forms[open.type];

  const choose = (act: string | null): void => {
    clear();
    const next = new URLSearchParams(query);
    if (act === null) next.delete('act');
    else next.set('act', act);
    setQuery(next, { replace: true });
  };
  const onSubmit = async (requestId: string, command: Values): Promise<void> => {
    if (!(await submit(requestId, command))) return;
    const act = String(command['type']);
    drafts.drop(act);
    void message.success(t('form.done', { act: word('act', act) }));
    choose(null);
    buttons.current?.focus();
  };
  // The form goes with the place of the keyboard in it
  const cancel = (act: string): void => {
    choose(null);
    (buttons.current?.querySelector<HTMLElement>(`[data-testid="act-${act}"]`) ?? buttons.current)?.focus();
  };
  const reason = ({ refusal }: OfferedAct): string => word('refusal', refusal ?? 'illegal_step');
  const now = known.filter(({ allowed }) => allowed).sort(byOnward);
  const later = known.filter(({ allowed }) => !allowed);

  return (
    <Card title={t('case.acts')} size="small" className="acts" data-testid="acts-panel">
      {known.length === 0 && <p>{nothing}</p>}
      <fieldset className="act-buttons" ref={buttons} tabIndex={-1} aria-label={t('case.acts_now')}>
        {now.map(({ type }, index) => (
          <Button
            key={type}
            type={index === 0 && form === undefined && ONWARD.includes(type) ? 'primary' : 'default'}
            className={type === asked ? 'chosen' : ''}
            aria-expanded={type === asked}
            data-testid={`act-${type}`}
            onClick={() => choose(type === asked ? null : type)}
          >
            {word('act', type)}
            {type !== asked && drafts.read(type) !== null && <small>（{t('case.draft')}）</small>}
          </Button>
        ))}
      </fieldset>
      {refused && <CommandProblem refused={refused} news={steps.slice(refused.seen)} />}
      {open && form && (
        <div className="act-form">
          <h3>{word('act', open.type)}</h3>
          {!open.allowed && <p role="alert">{reason(open)}</p>}
          <ActForm
            key={open.type}
            act={open.type}
            form={form}
            drafts={drafts}
            townships={townships}
            given={given[open.type]?.values ?? {}}
            hints={given[open.type]?.hints ?? {}}
            sending={sending}
            blocked={!open.allowed}
            onSubmit={onSubmit}
            onCancel={() => cancel(open.type)}
          />
        </div>
      )}
      {later.length > 0 && (
        <fieldset className="act-buttons later" aria-label={t('case.acts_later')}>
          <span className="muted">{t('case.acts_later')}</span>
          {later.map((act) => (
            <Tooltip key={act.type} title={reason(act)}>
              {/* aria-disabled and not disabled: the reason has to be reachable by keyboard */}
              <Button
                size="small"
                aria-disabled
                className="act-disabled"
                data-testid={`act-${act.type}`}
                aria-label={`${word('act', act.type)}：${reason(act)}`}
              >
                {word('act', act.type)}
              </Button>
            </Tooltip>
          ))}
        </fieldset>
      )}
    </Card>
  );
};
