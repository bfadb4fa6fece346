import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '@/auth/session';
import { EmptyState, ButtonLink, PageHeader } from '@/ui';

/** The heading of the operator's pages and the way between them. Without the admin claim it shows why nothing is here. */
export function AdminFrame({ children, note, actions }: { children: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <ForAdmins>
      <PageHeader title="Admin" note={note} actions={actions} />
      <nav aria-label="Admin" className="mb-6 flex gap-1 border-b border-line">
        <Tab to="/app/admin">Accounts</Tab>
        <Tab to="/app/admin/usage">Fleet usage</Tab>
      </nav>
      {children}
    </ForAdmins>
  );
}

function Tab({ to, children }: { to: '/app/admin' | '/app/admin/usage'; children: ReactNode }) {
  return (
    <Link
      to={to}
      search={{}}
      activeOptions={{ exact: true, includeSearch: false }}
      activeProps={{ className: 'border-accent text-ink font-strong' }}
      inactiveProps={{ className: 'border-transparent text-ink-muted hover:text-ink' }}
      className="target -mb-px inline-flex items-center border-b-2 px-3"
    >
      {children}
    </Link>
  );
}

/** The API decides what is allowed: this only spares a user the refusals. */
export function ForAdmins({ children }: { children: ReactNode }) {
  const { isAdmin } = useSession();
  if (isAdmin) return children;
  return (
    <>
      <PageHeader title="Admin" />
      <EmptyState icon="admin" title="This page is for operators" action={<ButtonLink to="/">Open overview</ButtonLink>}>
        Your token has no admin role (the claim <span className="font-mono">app_metadata.role</span>). The operator of this service can give it to
        you; then sign in again.
      </EmptyState>
    </>
  );
}
