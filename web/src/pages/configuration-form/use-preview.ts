import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, read } from '@/api/client';
import type { Preview, PreviewRequest } from '@/api/pending';
import { ApiError } from '@/api/problem';

/** How long the fields must be unchanged before the server is asked. */
const SETTLE_MS = 350;

/** A value once it has not changed for a while. */
export function useSettled<Value>(value: Value, ms = SETTLE_MS): Value {
  const [settled, setSettled] = useState(value);
  const mark = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
    // The mark stands for the value.
  }, [mark, ms]);
  return settled;
}

/** What the settings would lead to, by the server. `current` is false while it is about earlier settings. */
export function usePreview(wanted: PreviewRequest) {
  const body = useSettled(wanted);
  const query = useQuery({
    queryKey: ['report-configurations', 'preview', body],
    queryFn: ({ signal }): Promise<Preview> => read(api.POST('/report-configurations/preview', { body, signal })),
    placeholderData: keepPreviousData,
    retry: (failures, error) => error instanceof ApiError && error.isTemporary && error.status !== 429 && failures < 1,
  });
  const current = JSON.stringify(body) === JSON.stringify(wanted) && !query.isPlaceholderData && query.data !== undefined;
  return { ...query, current };
}

/** An expression in words at once, before the server answers. The describer is loaded when it is first needed. */
export function useCronWords(expression: string): string | null {
  const [words, setWords] = useState<{ of: string; text: string | null }>({ of: '', text: null });
  useEffect(() => {
    let isCurrent = true;
    void import('cronstrue').then(({ default: cronstrue }) => {
      if (!isCurrent) return;
      let text: string | null = null;
      try {
        text = expression.trim() === '' ? null : cronstrue.toString(expression.trim(), { use24HourTimeFormat: true, verbose: false });
      } catch {
        // The server names what is wrong, at the field.
      }
      setWords({ of: expression, text });
    });
    return () => {
      isCurrent = false;
    };
  }, [expression]);
  return words.of === expression ? words.text : null;
}
