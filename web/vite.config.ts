import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the development server finds the API: any running `git-report serve`. */
const api = process.env['GIT_REPORT_API'] ?? 'http://127.0.0.1:4000';

/** The first segments of the API's paths. The pages are under `/` and `/app/`, so that the two never meet. */
const apiPaths = [
  'admin',
  'config',
  'demo',
  'health',
  'notices',
  'openapi.json',
  'plans',
  'problems',
  'ready',
  'report-configurations',
  'report-runs',
  'repositories',
  'users',
];

/** The headers that the dashboard is served with (see README), so that a preview shows what they refuse. */
export const securityHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

const proxy = Object.fromEntries(apiPaths.map((path) => [`^/${path.replace('.', '\\.')}(/|\\?|$)`, { target: api }]));

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, proxy },
  preview: { host: '127.0.0.1', port: 4173, proxy, headers: securityHeaders },
  build: {
    target: 'es2023',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Modules that only declare: a page gets the parts of the kit that it uses, and the first load only its own.
      treeshake: { moduleSideEffects: [{ test: /\/src\/(api|edit|format|ui)\/.*\.tsx?$/, sideEffects: false }] },
    },
  },
});
