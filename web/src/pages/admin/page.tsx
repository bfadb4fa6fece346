import { EmptyState, PageHeader } from '@/ui';

export default function AdminPage() {
  return (
    <>
      <PageHeader title="Admin" />
      <EmptyState icon="admin" title="Admin">
        Accounts and fleet usage will be here.
      </EmptyState>
    </>
  );
}
