import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useRef, useState } from 'react';
import { $api } from '../api/client.ts';
import type { QueueItem } from '../api/types.ts';
import { useWords } from '../i18n/use-words.ts';
import { warningStatuses } from '../parts/codes.ts';
import { CountTabs } from '../parts/count-tabs.tsx';
import { EmptySays } from '../parts/empty-says.tsx';
import { Facets } from '../parts/facets.tsx';
import { LiveUpdates } from '../parts/live-updates.tsx';
import { PageTurns } from '../parts/page-turns.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { QueueKeys } from '../parts/queue-keys.tsx';
import { QueueTable } from '../parts/queue-table.tsx';
import { useFilters } from '../parts/use-filters.ts';
import { useTitle } from '../parts/use-title.ts';

const FILTERS = ['level', 'rule', 'region', 'clock', 'case_state', 'baseline', 'q'] as const;

/** The queue of warnings. The address holds filters, order and page: it can be sent to a colleague. */
const Queue = () => {
  const { t, word } = useWords();
  useTitle(t('queue.title'));
  const { filters, filter, clear, isFiltered, get, set } = useFilters(FILTERS);
  const sort = (get('sort') as 'level' | 'due' | 'opened' | null) ?? 'level';
  const after = get('after');
  const status = (get('status') as QueueItem['status'] | null) ?? 'open';
  const { baseline, ...plain } = filters;
  const query = { ...plain, ...(baseline === undefined ? {} : { baseline: baseline as 'true' }), status };
  const page = $api.useQuery(
    'get',
    '/api/warnings',
    { params: { query: { ...query, sort, ...(after === null ? {} : { after }) } } },
    { placeholderData: (before) => before },
  );
  const facets = $api.useQuery(
    'get',
    '/api/warnings/facets',
    { params: { query } },
    { placeholderData: (before) => before },
  );
  const search = useRef<HTMLInputElement>(null);
  const [showFilters, setShowFilters] = useState(false);

  return (
    <div className={showFilters ? 'with-facets open' : 'with-facets'}>
      <aside aria-label={t('queue.filters')}>
        <Facets facets={facets.data} filters={filters} onFilter={filter} />
      </aside>
      <section aria-label={t('queue.title')}>
        <div className="page-head">
          <h1>{t('queue.title')}</h1>
          <LiveUpdates paths={['/api/warnings', '/api/warnings/facets']} />
          <QueueKeys focusSearch={() => search.current?.focus()} />
        </div>
        <CountTabs
          label={t('queue.status')}
          name="warning-status"
          chosen={status}
          onChoose={(value) => set({ status: value === 'open' ? null : value })}
          tabs={warningStatuses.map((value) => ({ value, title: word('warning_status', value) }))}
        />
        {status === 'cleared' && <p className="muted">{t('queue.cleared_says')}</p>}
        <div className="toolbar">
          <Button className="narrow-only" aria-expanded={showFilters} onClick={() => setShowFilters(!showFilters)}>
            {t(showFilters ? 'queue.hide_filters' : 'queue.show_filters')}
          </Button>
          <Input.Search
            key={filters.q ?? ''}
            ref={(input) => {
              search.current = input?.input ?? null;
            }}
            defaultValue={filters.q ?? ''}
            allowClear
            enterButton={<SearchOutlined aria-label={t('queue.search_label')} />}
            maxLength={64}
            placeholder={t('queue.search')}
            aria-label={t('queue.search_label')}
            data-testid="queue-search"
            onSearch={(text) => set({ q: text.trim() || null })}
          />
          <Select
            value={sort}
            aria-label={t('queue.sort')}
            data-testid="queue-sort"
            onChange={(value) => set({ sort: value })}
            options={(['level', 'due', 'opened'] as const).map((value) => ({ value, label: t(`queue.sort_${value}`) }))}
          />
          {isFiltered && (
            <Button type="link" onClick={clear} data-testid="queue-clear">
              {t('queue.clear')}
            </Button>
          )}
        </div>
        {page.error && <ProblemPanel problem={page.error} retry={() => void page.refetch()} />}
        {page.data?.warnings.length === 0 ? (
          <EmptySays
            title={t(isFiltered ? 'queue.empty_filtered' : `queue.empty_${status}`)}
            says={
              isFiltered
                ? t('queue.empty_filtered_says', { status: word('warning_status', status) })
                : t(`queue.empty_${status}_says`)
            }
          >
            {isFiltered && <Button onClick={clear}>{t('queue.clear')}</Button>}
          </EmptySays>
        ) : (
          <QueueTable rows={page.data?.warnings ?? []} loading={page.isPending || page.isPlaceholderData} />
        )}
        {page.data && page.data.warnings.length > 0 && <PageTurns total={page.data.total} next={page.data.next} />}
      </section>
    </div>
  );
};
export default Queue;
