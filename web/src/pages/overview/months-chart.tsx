import { useState } from 'react';
import type { MonthlyUsage } from '@/api/types';
import { count, shortMonth } from '@/format';
import { BottomLabels, CHART_HEIGHT, Rows, Sized } from './chart-parts';
import { band, linear } from './scale';

const margin = { top: 24, right: 8, bottom: 28, left: 36 };

/** Counted runs of each month, the oldest first; the last one is this month. */
export default function MonthsChart({ months, limit }: { months: readonly MonthlyUsage[]; limit: number | null }) {
  const [hovered, setHovered] = useState<string | null>(null);
  const highest = Math.max(...months.map((month) => month.counted_runs), 1);
  // A limit far above the bars would flatten them; the sentence names it.
  const line = limit !== null && limit > 0 && limit <= highest * 2.5 ? limit : null;
  return (
    <Sized>
      {(width) => {
        const x = band(months.length, [margin.left, width - margin.right], 0.35);
        const y = linear(Math.max(highest, line ?? 0) * 1.06, [CHART_HEIGHT - margin.bottom, margin.top]);
        const every = width < 420 ? 2 : 1;
        return (
          <>
            <Rows y={y} left={margin.left} right={width - margin.right} />
            {months.map((month, index) => {
              const top = y(month.counted_runs);
              const isLast = index === months.length - 1;
              const left = x(index);
              return (
                <g key={month.month} onPointerEnter={() => setHovered(month.month)} onPointerLeave={() => setHovered(null)}>
                  <rect x={left} y={margin.top} width={x.width} height={CHART_HEIGHT - margin.bottom - margin.top} className="fill-transparent" />
                  <rect
                    x={left}
                    y={month.counted_runs === 0 ? top - 1 : top}
                    width={x.width}
                    height={Math.max(1, CHART_HEIGHT - margin.bottom - top)}
                    rx={Math.min(4, x.width / 4)}
                    className={isLast ? 'fill-accent' : 'fill-line-strong'}
                  />
                  {(hovered === null ? isLast : hovered === month.month) && (
                    <text x={left + x.width / 2} y={top - 6} textAnchor="middle" className="text-s font-strong">
                      {count(month.counted_runs)}
                    </text>
                  )}
                </g>
              );
            })}
            {line !== null && (
              <>
                <line x1={margin.left} x2={width - margin.right} y1={y(line)} y2={y(line)} strokeDasharray="2 3" strokeWidth={1.5} className="stroke-bad" />
                <text x={margin.left + 4} y={y(line) - 6} className="text-s text-bad">
                  Limit {count(line)}
                </text>
              </>
            )}
            <BottomLabels
              labels={months
                .map((month, index) => ({ x: x(index) + x.width / 2, text: shortMonth(month.month) }))
                .filter((_, index) => (months.length - 1 - index) % every === 0)}
            />
          </>
        );
      }}
    </Sized>
  );
}
