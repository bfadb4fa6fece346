import { EmptyState, PageHeader } from '@/ui';

export default function NoticesPage() {
  return (
    <>
      <PageHeader title="Notices" />
      <EmptyState icon="notices" title="Notices">
        Your notices will be here.
      </EmptyState>
    </>
  );
}
