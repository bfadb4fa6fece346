import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read } from '@/api/client';
import { newestNoticesQuery } from '@/api/queries';
import type { Notice } from '@/api/types';
import { plural } from '@/format';
import { announce, Button, ButtonLink, Card, EmptyState, ErrorPanel, Field, NextPageButton, PagedRows, PageHeader, Select, Skeleton, Switch } from '@/ui';
import { Kinds } from './kinds';
import { NoticeItem } from './notice-item';
import { noticesQuery, types, type NoticesFilter, type NoticeType } from './queries';
import { noticesRoute } from './route';
import { kindOf } from './words';

export default function NoticesPage() {
  const filter = noticesRoute.useSearch();
  const navigate = noticesRoute.useNavigate();
  const list = useNotices(filter);
  const notices = list.data?.pages.flatMap((page) => page.data) ?? [];
  const unread = list.data?.pages.at(-1)?.unread ?? 0;
  const newest = useQuery(newestNoticesQuery()).data?.data[0];
  const mark = useMarkRead();
  const set = (next: NoticesFilter) => void navigate({ search: next, resetScroll: false });
  // With a filter, the newest notice of the account may be another one than the first that is shown.
  const until = [newest, notices[0]].map((each) => each?.created_at ?? '').sort().at(-1) ?? '';

  return (
    <>
      <PageHeader
        title="Notices"
        note={list.data === undefined ? 'What needs your attention, newest first.' : unread === 0 ? 'All are read.' : `${unread >= 1_000 ? '1,000 or more are' : unread === 1 ? '1 is' : `${unread} are`} unread.`}
        actions={
          // Its place is kept while the notices load: on a phone it is a line of its own.
          (unread > 0 || list.isPending) && (
            <Button icon="check" disabled={list.isPending} busy={mark.isPending && mark.variables === until} onClick={() => mark.mutate(until)}>
              Mark all as read
            </Button>
          )
        }
      />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="min-w-0">
          <div role="group" aria-label="Filters" className="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
            <Field label="Kind" className="w-full sm:w-64">
              {(control) => (
                <Select {...control} value={filter.type ?? ''} onChange={(event) => set({ ...filter, type: (event.target.value || undefined) as NoticeType | undefined })}>
                  <option value="">Any</option>
                  {types.map((type) => (
                    <option key={type} value={type}>
                      {kindOf(type).word}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Switch showLabel label="Only unread" checked={filter.unread === true} onChange={(on) => set({ ...filter, unread: on ? true : undefined })} />
          </div>
          {mark.isError && (
            <div className="mb-4">
              <ErrorPanel error={mark.error} onRetry={() => mark.mutate(mark.variables)} />
            </div>
          )}
          <Card label="Notices">
            <List list={list} notices={notices} filter={filter} onClear={() => set({})} onMark={(each) => mark.mutate(each.created_at)} marking={mark.isPending ? mark.variables : null} />
          </Card>
        </div>
        <Kinds />
      </div>
    </>
  );
}

function useNotices(filter: NoticesFilter) {
  return useInfiniteQuery(noticesQuery(filter));
}

/** Notices are read up to an instant: those that were made until then. */
function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (readUntil: string) => read(api.PUT('/notices/read', { body: { read_until: readUntil } })),
    onSuccess: async ({ unread }) => {
      await client.invalidateQueries({ queryKey: ['notices'], predicate: ({ queryKey }) => queryKey[1] !== 'types' });
      announce('Marked as read', unread === 0 ? 'No notice is unread.' : `${plural(unread, 'newer notice')} ${unread === 1 ? 'is' : 'are'} unread.`);
    },
  });
}

interface ListProps {
  list: ReturnType<typeof useNotices>;
  notices: readonly Notice[];
  filter: NoticesFilter;
  onClear: () => void;
  onMark: (notice: Notice) => void;
  /** The instant that is being marked. */
  marking: string | null;
}

function List({ list, notices, filter, onClear, onMark, marking }: ListProps) {
  if (list.isPending) return <NoticesSkeleton />;
  if (list.data === undefined) return <ErrorPanel bare error={list.error} onRetry={() => void list.refetch()} retrying={list.isFetching} />;
  const older = list.hasNextPage && <NextPageButton list={list}>Show older notices</NextPageButton>;
  if (notices.length === 0) {
    const isFiltered = filter.type !== undefined || filter.unread === true;
    if (list.hasNextPage) {
      return (
        <EmptyState icon="search" title="No match among the newest notices" action={older}>
          {plural(list.data.pages.length, 'page')} of up to 1,000 notices each were searched. Older ones may match.
        </EmptyState>
      );
    }
    return isFiltered ? (
      <EmptyState icon="search" title={filter.unread === true ? 'No unread notice' : 'No notice of this kind'} action={<Button onClick={onClear}>Show all notices</Button>}>
        {filter.unread === true ? 'You have read all that the filter selects.' : 'None was made in the last 400 days.'}
      </EmptyState>
    ) : (
      <EmptyState icon="notices" title="No notice" action={<ButtonLink to="/app/profile">Choose where notices are sent</ButtonLink>}>
        Failed reports, silent webhooks and limits will be listed here, and sent to a webhook of your choice.
      </EmptyState>
    );
  }
  return (
    <>
      <PagedRows list={list}>
        <ul aria-label="Notices, newest first" aria-busy={list.isPlaceholderData || undefined} className={list.isPlaceholderData ? 'divide-y divide-line opacity-60 transition-opacity' : 'divide-y divide-line'}>
          {notices.map((notice) => (
            <NoticeItem key={notice.id} notice={notice} onMark={() => onMark(notice)} marking={marking === notice.created_at} />
          ))}
        </ul>
      </PagedRows>
      {older && <footer className="flex justify-end border-t border-line px-4 py-3 max-sm:*:flex-1">{older}</footer>}
    </>
  );
}

function NoticesSkeleton() {
  return (
    <div role="status" aria-label="Loading the notices" className="divide-y divide-line">
      {Array.from({ length: 5 }, (_, index) => (
        <div key={index} className="flex h-44 flex-col gap-3 px-4 py-4 sm:h-36 sm:px-6">
          <Skeleton className="h-5 w-32" />
          <Skeleton className="h-4 w-3/4" />
          <Skeleton className="h-4 w-full" />
        </div>
      ))}
    </div>
  );
}
