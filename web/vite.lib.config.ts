/** The build of `src/usage-stats` as a library: React and the query client are the application's. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  publicDir: false,
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: 'dist-lib',
    target: 'es2022',
    minify: false,
    lib: { entry: 'src/usage-stats/index.ts', formats: ['es'], fileName: 'index', cssFileName: 'style' },
    rolldownOptions: { external: [/^react($|\/)/, /^react-dom($|\/)/, /^@tanstack\/react-query($|\/)/] },
  },
});
