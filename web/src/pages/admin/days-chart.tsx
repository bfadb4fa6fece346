import { scaleBand, scaleLinear } from '@visx/scale';
import type { AdminDay } from '@/api/pending';
import { calendarParts, count, daysInMonth, roundDollars, tick } from '@/format';
import { BottomLabels, CHART_HEIGHT, Rows, Sized } from '@/pages/overview/chart-parts';
import { runsOf } from './fleet';

// The last bar has its label beside it: it is wider than a bar.
const margin = { top: 24, right: 44, bottom: 28, left: 52 };

interface DaysChartProps {
  month: string;
  /** The days that have begun, in order. */
  days: readonly AdminDay[];
  show: 'runs' | 'cost';
}

/** A bar for each UTC day of a month: its runs by status, or its cost. */
export default function DaysChart({ month, days, show }: DaysChartProps) {
  const valueOf = (day: AdminDay) => (show === 'runs' ? runsOf(day) : day.cost_usd);
  const highest = Math.max(...days.map(valueOf), show === 'runs' ? 1 : 0.000001);
  const numbers = Array.from({ length: daysInMonth(month) }, (_, index) => index + 1);
  const last = days.at(-1);
  return (
    <Sized>
      {(width) => {
        const x = scaleBand({ domain: numbers, range: [margin.left, width - margin.right], padding: 0.25 });
        const y = scaleLinear<number>({ domain: [0, highest * 1.06], range: [CHART_HEIGHT - margin.bottom, margin.top], nice: 4 });
        return (
          <>
            <Rows y={y} left={margin.left} right={width - margin.right} format={show === 'runs' ? tick : roundDollars} />
            {days.map((day) => {
              const left = x(calendarParts(day.day).day) ?? 0;
              const parts =
                show === 'cost'
                  ? [{ value: day.cost_usd, className: 'fill-accent', striped: false }]
                  : [
                      { value: day.successful_runs, className: 'fill-accent', striped: false },
                      { value: day.failed_runs, className: 'fill-bad', striped: true },
                      { value: day.cancelled_runs, className: 'fill-line-strong', striped: false },
                    ];
              let base = 0;
              return (
                <g key={day.day}>
                  {parts.map(({ value, className, striped }, index) => {
                    const top = y(base + value);
                    const height = y(base) - top;
                    base += value;
                    if (value === 0) return null;
                    return (
                      <g key={index}>
                        <rect x={left} y={top} width={x.bandwidth()} height={Math.max(1, height)} className={className} />
                        {/* The failed part has an edge, so that it is found without its colour. */}
                        {striped && <rect x={left} y={top + Math.max(1, height) - 1} width={x.bandwidth()} height={1.5} className="fill-surface" />}
                      </g>
                    );
                  })}
                </g>
              );
            })}
            {last !== undefined && (
              <text x={(x(calendarParts(last.day).day) ?? 0) + x.bandwidth() + 4} y={y(valueOf(last)) + 4} className="text-s font-strong">
                {show === 'runs' ? count(valueOf(last)) : roundDollars(Number(valueOf(last).toFixed(2)))}
              </text>
            )}
            <BottomLabels labels={numbers.filter((day) => day % 7 === 1 && day < 29).map((day) => ({ x: (x(day) ?? 0) + x.bandwidth() / 2, text: String(day) }))} />
          </>
        );
      }}
    </Sized>
  );
}
