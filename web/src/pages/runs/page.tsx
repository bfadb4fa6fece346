import { EmptyState, PageHeader } from '@/ui';

export default function RunsPage() {
  return (
    <>
      <PageHeader title="Runs" />
      <EmptyState icon="runs" title="Runs">
        Your runs will be here.
      </EmptyState>
    </>
  );
}
