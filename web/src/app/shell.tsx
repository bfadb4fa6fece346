import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { newestNoticesQuery, profileQuery } from '@/api/queries';
import { signOut } from '@/auth/sign-out';
import { useAuth, type Session } from '@/auth/session';
import { ButtonLink, cx, Dialog, EmptyState, Icon, IconButton, PageHeader, Toasts, ZoneProvider } from '@/ui';
import { knownZone } from '@/format';
// Not loaded separately: tokens do not outlive a reload, so this is the first page of nearly every visit.
import SignInPage from '@/pages/sign-in/page';
import { useConfig } from './config';
import { Keyboard } from './keyboard';
import { destinationsFor } from './navigation';
import { chooseTheme, useThemeChoice, type ThemeChoice } from './theme';

/** Everything around a page. Without a session it shows the sign-in, at the same address. */
export function Shell() {
  const { session } = useAuth();
  if (session === null) return <SignInPage />;
  return <SignedIn session={session} />;
}

function SignedIn({ session }: { session: Session }) {
  const profile = useQuery(profileQuery());
  const notices = useQuery(newestNoticesQuery());
  const unread = notices.data?.unread ?? 0;
  const zone = profile.data?.timezone ? knownZone(profile.data.timezone) : null;
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isFirst = useRef(true);

  useEffect(() => {
    // A new page is read from its beginning: without this, the focus stays on the link that was followed.
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <ZoneProvider zone={zone}>
      <a
        href="#main"
        className="fixed start-4 top-2 z-30 -translate-y-24 rounded-m bg-accent px-4 py-2 font-strong text-on-accent focus:translate-y-0"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <div className="md:grid md:grid-cols-[14rem_minmax(0,1fr)]">
        <Sidebar session={session} unread={unread} />
        <div className="min-w-0">
          <PhoneBar />
          <Offline />
          <main
            ref={main}
            id="main"
            tabIndex={-1}
            className="mx-auto w-full max-w-6xl px-4 pt-6 pb-28 outline-none sm:px-8 md:pt-10 md:pb-16"
          >
            <Outlet />
          </main>
        </div>
        <PhoneTabs session={session} unread={unread} />
      </div>
      <Keyboard isAdmin={session.isAdmin} />
      <Toasts />
    </ZoneProvider>
  );
}

function Brand() {
  const { name } = useConfig();
  return (
    <Link to="/" className="inline-flex items-center gap-2 rounded-s font-strong">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path d="M10 22V14M16 22V9M22 22v-5" strokeWidth="3" strokeLinecap="round" className="stroke-on-accent" />
      </svg>
      {name}
    </Link>
  );
}

function Unread({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="figures rounded-full bg-accent px-1.5 text-s font-strong text-on-accent">
      <span className="sr-only">, </span>
      {count > 99 ? '99+' : count}
      <span className="sr-only"> unread</span>
    </span>
  );
}

function Sidebar({ session, unread }: { session: Session; unread: number }) {
  return (
    <header className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto border-e border-line px-4 py-6 max-md:hidden">
      <div className="px-2">
        <Brand />
      </div>
      <nav aria-label="Main" className="flex flex-1 flex-col gap-1">
        {destinationsFor(session.isAdmin).map((place) => (
          <NavLink key={place.to} place={place} unread={unread} />
        ))}
      </nav>
      <Footer />
    </header>
  );
}

type Place = ReturnType<typeof destinationsFor>[number];

function NavLink({ place, unread, onClick }: { place: Place; unread: number; onClick?: () => void }) {
  return (
    <Link
      to={place.to}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      activeProps={{ className: 'bg-sunken text-ink font-strong' }}
      inactiveProps={{ className: 'text-ink-muted hover:bg-sunken hover:text-ink' }}
      className="target flex items-center gap-3 rounded-m px-2 py-1.5 transition-colors"
      {...(onClick === undefined ? {} : { onClick })}
    >
      <Icon name={place.icon} />
      <span className="flex-1">{place.label}</span>
      {place.label === 'Notices' && <Unread count={unread} />}
    </Link>
  );
}

const themes: Record<ThemeChoice, { next: ThemeChoice; icon: 'system' | 'sun' | 'moon'; label: string }> = {
  system: { next: 'light', icon: 'system', label: 'Theme: as the system. Change to light' },
  light: { next: 'dark', icon: 'sun', label: 'Theme: light. Change to dark' },
  dark: { next: 'system', icon: 'moon', label: 'Theme: dark. Change to the system’s' },
};

function ThemeButton() {
  const choice = useThemeChoice();
  const theme = themes[choice];
  return <IconButton icon={theme.icon} label={theme.label} onClick={() => chooseTheme(theme.next)} />;
}

function Footer() {
  const config = useConfig();
  return (
    <div className="flex items-center justify-between gap-2 ps-2">
      <span className="figures truncate text-s text-ink-muted">{config.version && `Version ${config.version}`}</span>
      <div className="flex">
        <ThemeButton />
        <IconButton icon="sign-out" label="Sign out" onClick={() => void signOut(config.sign_in)} />
      </div>
    </div>
  );
}

function PhoneBar() {
  return (
    <header className="flex items-center justify-between border-b border-line px-4 py-2 md:hidden">
      <Brand />
      <ThemeButton />
    </header>
  );
}

/** Navigation within reach of the thumb. */
function PhoneTabs({ session, unread }: { session: Session; unread: number }) {
  const [open, setOpen] = useState(false);
  const config = useConfig();
  const places = destinationsFor(session.isAdmin);
  const tab = 'flex min-h-14 flex-col items-center justify-center gap-0.5 text-s';
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-10 grid grid-cols-4 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.slice(0, 3).map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: place.to === '/', includeSearch: false }}
          activeProps={{ className: 'text-accent font-strong' }}
          inactiveProps={{ className: 'text-ink-muted' }}
          className={tab}
        >
          <Icon name={place.icon} className="size-5" />
          {place.label}
        </Link>
      ))}
      <button type="button" className={cx(tab, 'text-ink-muted')} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="relative">
          <Icon name="menu" className="size-5" />
          {unread > 0 && <span className="absolute -end-1 -top-1 size-2 rounded-full bg-accent" />}
        </span>
        Menu
        {unread > 0 && <span className="sr-only">, {unread} unread notices</span>}
      </button>
      <Dialog sheet open={open} onClose={() => setOpen(false)} title="Menu">
        <div className="-mx-2 flex flex-col gap-1">
          {places.slice(3).map((place) => (
            <NavLink key={place.to} place={place} unread={unread} onClick={() => setOpen(false)} />
          ))}
          <button
            type="button"
            onClick={() => void signOut(config.sign_in)}
            className="target flex items-center gap-3 rounded-m px-2 py-1.5 text-ink-muted hover:bg-sunken hover:text-ink"
          >
            <Icon name="sign-out" />
            Sign out
          </button>
        </div>
      </Dialog>
    </nav>
  );
}

/** Says that what is shown is old, while the browser has no connection. */
function Offline() {
  const [offline, setOffline] = useState(() => !navigator.onLine);
  useEffect(() => {
    const update = () => setOffline(!navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);
  return (
    <div role="status">
      {offline && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-s text-warn">
          <Icon name="warning" />
          No connection. This is the last data that was received.
        </p>
      )}
    </div>
  );
}

export function NotFound() {
  return (
    <>
      <PageHeader title="This page does not exist" />
      <EmptyState icon="search" title="Nothing is at this address" action={<ButtonLink to="/">Open overview</ButtonLink>}>
        The address may be mistyped, or what it showed was deleted.
      </EmptyState>
    </>
  );
}
