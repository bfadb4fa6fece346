import { useRouter } from '@tanstack/react-router';

/**
 * Remembers the page on which a request starts. What it returns then says whether the user is still there, or about to be
 * elsewhere: an answer that opens a page must not override where the user went while it was on its way.
 *
 *   onMutate: useStay(),
 *   onSuccess: (answer, _, isStillHere) => { if (isStillHere()) … }
 */
export function useStay(): () => () => boolean {
  const { history } = useRouter();
  return () => {
    const from = history.location.pathname;
    return () => history.location.pathname === from;
  };
}
