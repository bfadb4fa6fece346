import { EmptyState, PageHeader } from '@/ui';

export default function RepositoriesPage() {
  return (
    <>
      <PageHeader title="Repositories" />
      <EmptyState icon="repositories" title="Repositories">
        Your repositories will be here.
      </EmptyState>
    </>
  );
}
