import type { ReactNode } from 'react';
import { Button } from './button';
import { ErrorPanel } from './panels';

/** A list that is read page by page: an infinite query. */
interface Pages {
  error: unknown;
  isError: boolean;
  isFetchNextPageError: boolean;
  isFetchingNextPage: boolean;
  isRefetching: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

/** Rows that stay when a refresh or an older page fails: what failed is said above or below them. */
export function PagedRows({ list, children }: { list: Pages; children: ReactNode }) {
  return (
    <>
      {list.isError && !list.isFetchNextPageError && (
        <div className="border-b border-line">
          <ErrorPanel bare error={list.error} onRetry={() => void list.refetch()} retrying={list.isRefetching} />
        </div>
      )}
      {children}
      {list.isFetchNextPageError && (
        <div className="border-t border-line">
          <ErrorPanel bare error={list.error} onRetry={() => void list.fetchNextPage()} retrying={list.isFetchingNextPage} />
        </div>
      )}
    </>
  );
}

/** Reads the next page of a list. */
export function NextPageButton({ list, children }: { list: Pages; children: string }) {
  return (
    <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {children}
    </Button>
  );
}
