import { PageHeader, Skeleton } from '@/ui';

/** As high as the first cards of the form. */
export function FormSkeleton({ title, note }: { title: string; note?: string }) {
  return (
    <>
      <PageHeader title={title} note={note} />
      <div role="status" aria-label="Loading the form" className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Skeleton className="h-[25rem]" />
        <Skeleton className="h-[25rem]" />
      </div>
    </>
  );
}
