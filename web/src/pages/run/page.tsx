import { EmptyState, PageHeader } from '@/ui';

export default function RunPage() {
  return (
    <>
      <PageHeader title="Run" />
      <EmptyState icon="runs" title="Run">
        The report, its cost and its deliveries will be here.
      </EmptyState>
    </>
  );
}
