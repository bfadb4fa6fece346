// Builds `UsageStats` into dist-lib/, a folder that `npm pack` and `npm publish` take as it is.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'vite';

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
await build({ configFile: 'vite.lib.config.ts', logLevel: 'warn' });
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.lib.json'], { stdio: 'inherit' });
const own = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(
  'dist-lib/package.json',
  `${JSON.stringify(
    {
      name: 'git-report-usage-stats',
      version: own.version,
      description: 'The usage of a git-report account as a React component.',
      type: 'module',
      exports: {
        '.': { types: './types/usage-stats/index.d.ts', default: './index.js' },
        './style.css': './style.css',
      },
      types: './types/usage-stats/index.d.ts',
      sideEffects: ['*.css'],
      files: ['index.js', 'style.css', 'types', 'README.md'],
      peerDependencies: { '@tanstack/react-query': '^5.0.0', react: '^19.0.0', 'react-dom': '^19.0.0' },
    },
    null,
    2,
  )}\n`,
);
copyFileSync('src/usage-stats/README.md', 'dist-lib/README.md');
