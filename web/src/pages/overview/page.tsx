import { EmptyState, PageHeader } from '@/ui';

export default function OverviewPage() {
  return (
    <>
      <PageHeader title="Overview" />
      <EmptyState icon="overview" title="Overview">
        The month’s usage will be here.
      </EmptyState>
    </>
  );
}
