import { EmptyState, PageHeader } from '@/ui';

export default function ConfigurationsPage() {
  return (
    <>
      <PageHeader title="Configurations" />
      <EmptyState icon="configurations" title="Configurations">
        Your report configurations will be here.
      </EmptyState>
    </>
  );
}
