import '@/fonts.css';
import '@/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '@/app/app';
import { makeQueryClient } from '@/app/query-client';
import { makeRouter } from '@/app/router';
import { startTheme } from '@/app/theme';

startTheme();
const queryClient = makeQueryClient();
const router = makeRouter(queryClient);
// The page's code is fetched while the sign-in is under way.
const [matched] = router.getMatchedRoutes(window.location.pathname);
for (const route of matched) void router.loadRouteChunk(route);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root".');
createRoot(root).render(
  <StrictMode>
    <App queryClient={queryClient} router={router} />
  </StrictMode>,
);
