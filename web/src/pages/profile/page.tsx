import { EmptyState, PageHeader } from '@/ui';

export default function ProfilePage() {
  return (
    <>
      <PageHeader title="Profile" />
      <EmptyState icon="profile" title="Profile">
        Your zone, notices, model and plan will be here.
      </EmptyState>
    </>
  );
}
