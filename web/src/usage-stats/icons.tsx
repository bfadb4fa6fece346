import type { Level } from './level';

const paths: Record<Level | 'error', string> = {
  normal: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8 12.5l2.7 2.7L16 9.5',
  approaching: 'M12 4L2.8 19.5h18.4zM12 10v4M12 17v.01',
  reached: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M6 6l12 12',
  unlimited: 'M8 9a3 3 0 1 0 0 6c3 0 5-6 8-6a3 3 0 1 1 0 6c-3 0-5-6-8-6',
  error: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7.5v5.5M12 16.5v.01',
};

export function LevelIcon({ level }: { level: Level | 'error' }) {
  return (
    <svg
      className="gru-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[level]} />
    </svg>
  );
}
