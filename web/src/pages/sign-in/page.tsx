import { useRouterState } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { toApiError } from '@/api/problem';
import { useConfig } from '@/app/config';
import { signInWithToken } from '@/auth/bearer';
import { signInToDemo } from '@/auth/demo';
import { useAuth } from '@/auth/session';
import { Button, Callout, Field, SecretInput } from '@/ui';

export default function SignInPage() {
  const { name, sign_in: signIn } = useConfig();
  const { ended } = useAuth();
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-6 px-4 py-12">
      <h1 className="text-l font-strong tracking-tight">Sign in to {name}</h1>
      <div role="status">{ended && <Callout tone="neutral" icon="info" title={ended} />}</div>
      {signIn.kind === 'demo' && <Demo />}
      {signIn.kind === 'oidc' && <Issuer />}
      {signIn.kind === 'bearer' && <Pasted />}
    </main>
  );
}

/** Runs a sign-in, and keeps what went wrong. */
function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const attempt = async (action: () => Promise<void> | void) => {
    setBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (cause) {
      setError(toApiError(cause).detail);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, attempt };
}

function Failure({ words }: { words: string | undefined }) {
  return <div role="alert">{words && <Callout tone="bad" icon="error" title={words} />}</div>;
}

function Demo() {
  const { busy, error, attempt } = useAttempt();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-muted">This is the local stack: it signs in its own user, from this machine only.</p>
      <Failure words={error} />
      <Button kind="primary" busy={busy} onClick={() => void attempt(() => signInToDemo())}>
        Sign in as the demo user
      </Button>
      <Button busy={busy} onClick={() => void attempt(() => signInToDemo('admin'))}>
        Sign in as an admin
      </Button>
    </div>
  );
}

function Issuer() {
  const { sign_in: signIn } = useConfig();
  const back = useRouterState({ select: (state) => state.location.href });
  const { busy, error, attempt } = useAttempt();
  const host = signIn.issuer === undefined ? 'your provider' : hostOf(signIn.issuer);
  return (
    <div className="flex flex-col gap-4">
      <Failure words={error} />
      <Button
        kind="primary"
        busy={busy}
        onClick={() =>
          void attempt(async () => {
            const { signInWithIssuer } = await import('@/auth/oidc');
            await signInWithIssuer(signIn, back);
          })
        }
      >
        Continue with {host}
      </Button>
      <p className="text-s text-ink-muted">Your session stays in this page’s memory. A reload asks {host} again.</p>
    </div>
  );
}

function hostOf(issuer: string): string {
  try {
    return new URL(issuer).host;
  } catch {
    return issuer;
  }
}

function Pasted() {
  const [value, setValue] = useState('');
  const { busy, error, attempt } = useAttempt();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(() => signInWithToken(value));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Access token"
        hint="A JWT of your issuer. It stays in this page’s memory, and a reload forgets it."
        error={error}
      >
        {(control) => (
          <SecretInput
            {...control}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" busy={busy} disabled={value.trim() === ''}>
        Sign in
      </Button>
    </form>
  );
}
