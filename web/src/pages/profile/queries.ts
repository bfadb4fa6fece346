import { queryOptions } from '@tanstack/react-query';
import { api, read } from '@/api/client';

export const noticeTypesQuery = () =>
  queryOptions({
    queryKey: ['notices', 'types'],
    queryFn: ({ signal }) => read(api.GET('/notices/types', { signal })),
    staleTime: 600_000,
  });
