import { EmptyState, PageHeader } from '@/ui';

export default function ConfigurationPage() {
  return (
    <>
      <PageHeader title="Configuration" />
      <EmptyState icon="configurations" title="Configuration">
        The settings of this report will be here.
      </EmptyState>
    </>
  );
}
