import type { Schema } from '@/api/types';
import { calendarParts, count, daysInMonth, roundDollars, tick } from '@/format';
import { BottomLabels, CHART_HEIGHT, Rows, Sized } from '@/pages/overview/chart-parts';
import { band, linear } from '@/pages/overview/scale';
import { runsOf } from './fleet';

// The last bar has its label beside it: it is wider than a bar. Small costs have long labels, such as $0.000025.
const margins = {
  runs: { top: 24, right: 44, bottom: 28, left: 52 },
  cost: { top: 24, right: 72, bottom: 28, left: 76 },
};

/** Cents, or two digits of what is less than a dollar. */
const shortDollars = (usd: number): string => roundDollars(Number(usd < 1 ? usd.toPrecision(2) : usd.toFixed(2)));

interface DaysChartProps {
  month: string;
  /** The days that have begun, in order. */
  days: readonly Schema<'FleetDay'>[];
  show: 'runs' | 'cost';
}

/** A bar for each UTC day of a month: its runs by status, or its cost. */
export default function DaysChart({ month, days, show }: DaysChartProps) {
  const valueOf = (day: Schema<'FleetDay'>) => (show === 'runs' ? runsOf(day) : day.cost_usd);
  const highest = Math.max(...days.map(valueOf), show === 'runs' ? 1 : 0.000001);
  const numbers = Array.from({ length: daysInMonth(month) }, (_, index) => index + 1);
  const last = days.at(-1);
  const margin = margins[show];
  return (
    <Sized>
      {(width) => {
        const x = band(numbers.length, [margin.left, width - margin.right], 0.25);
        const y = linear(highest * 1.06, [CHART_HEIGHT - margin.bottom, margin.top]);
        return (
          <>
            <Rows y={y} left={margin.left} right={width - margin.right} format={show === 'runs' ? tick : roundDollars} />
            {days.map((day) => {
              const left = x(calendarParts(day.day).day - 1);
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
                        <rect x={left} y={top} width={x.width} height={Math.max(1, height)} className={className} />
                        {/* The failed part has an edge, so that it is found without its colour. */}
                        {striped && <rect x={left} y={top + Math.max(1, height) - 1} width={x.width} height={1.5} className="fill-surface" />}
                      </g>
                    );
                  })}
                </g>
              );
            })}
            {last !== undefined && (
              <text x={x(calendarParts(last.day).day - 1) + x.width + 4} y={y(valueOf(last)) + 4} className="text-s font-strong">
                {show === 'runs' ? count(valueOf(last)) : shortDollars(valueOf(last))}
              </text>
            )}
            <BottomLabels labels={numbers.filter((day) => day % 7 === 1 && day < 29).map((day) => ({ x: x(day - 1) + x.width / 2, text: String(day) }))} />
          </>
        );
      }}
    </Sized>
  );
}
