/** How much of a limit is used, as a bar beside the figures that say it. Its colour follows the API's warning. */
export function Meter({ percent, warning = 'none' }: { percent: number; warning?: 'none' | 'approaching' | 'reached' }) {
  const fill = warning === 'reached' ? 'fill-bad' : warning === 'approaching' ? 'fill-warn' : 'fill-accent';
  return (
    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false" className="block h-1 w-full overflow-hidden rounded-full bg-line">
      <rect width={Math.min(100, Math.max(0, percent))} height="4" className={fill} />
    </svg>
  );
}
