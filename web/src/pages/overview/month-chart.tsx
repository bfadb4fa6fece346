import { Area, LinePath } from '@visx/shape';
import { useState, type PointerEvent } from 'react';
import type { DayUsage } from '@/api/types';
import { calendarParts, compact, count, dayName, plural } from '@/format';
import type { Projection } from './answer';
import { BottomLabels, CHART_HEIGHT, Rows, Sized } from './chart-parts';
import { linear } from './scale';

const margin = { top: 24, right: 40, bottom: 28, left: 36 };

interface MonthChartProps {
  /** The days that have begun, in order. */
  days: readonly DayUsage[];
  /** The number of days of the month. */
  length: number;
  used: number;
  limit: number | null;
  projection: Projection;
}

/** The counted runs of the month added up, the limit, and where the schedules lead. Each day is a UTC day. */
export default function MonthChart({ days, length, used, limit, projection }: MonthChartProps) {
  const high = projection.points.at(-1)?.sum ?? used;
  const top = Math.max(used, high, 1);
  const line = limit !== null && limit <= top * 2.5 ? limit : null;
  let sum = 0;
  // A day's sum is reached at its end; the last one, which is not over, now.
  const course = [{ day: 0, sum: 0 }];
  for (const each of days) {
    sum += each.counted_runs;
    course.push({ day: Math.min(calendarParts(each.date).day, Math.max(projection.now, 0.01)), sum });
  }
  const end = course.at(-1) ?? { day: 0, sum: 0 };
  // The counter is exact at this instant; the days may lag behind it by an answer.
  course[course.length - 1] = { day: Math.max(end.day, projection.now), sum: used };
  // What is due is filled up to the limit in one colour, and above it in another: those runs will be skipped.
  const fits = Math.max(used, Math.min(limit ?? high, high));
  const [hovered, setHovered] = useState<number | null>(null);
  const expects = high > used;
  return (
    <Sized>
      {(width) => {
        const x = linear(length, [margin.left, width - margin.right], { round: false });
        const y = linear(Math.max(top, line ?? 0) * 1.06, [CHART_HEIGHT - margin.bottom, margin.top]);
        const limitY = line === null ? null : y(line);
        const usedLabelY = y(used) - 8;
        const point = hovered === null ? undefined : course[hovered];
        const day = hovered === null ? undefined : days[hovered - 1];
        const onMove = (event: PointerEvent<SVGRectElement>) => {
          const left = event.clientX - event.currentTarget.getBoundingClientRect().left + margin.left;
          const index = Math.ceil(x.invert(left));
          setHovered(index >= 1 && index <= days.length ? index : null);
        };
        return (
          <>
            <Rows y={y} left={margin.left} right={width - margin.right} />
            <Area data={course} x={(point) => x(point.day)} y0={y(0)} y1={(point) => y(point.sum)} className="fill-accent-soft" fill="" />
            {expects && (
              <>
                <Area data={projection.points} x={(point) => x(point.day)} y0={y(used)} y1={(point) => y(Math.min(point.sum, fits))} className="fill-accent opacity-15" fill="" />
                <Area data={projection.points} x={(point) => x(point.day)} y0={y(fits)} y1={(point) => y(Math.max(point.sum, fits))} className="fill-bad opacity-20" fill="" />
                <LinePath data={projection.points} x={(point) => x(point.day)} y={(point) => y(point.sum)} className="fill-none stroke-ink-muted" strokeWidth={1.5} strokeDasharray="4 4" />
                <text x={x(length) + 6} y={y(high) + 4} className="text-s text-ink-muted">
                  {compact(high)}
                </text>
              </>
            )}
            {limitY !== null && line !== null && (
              <>
                <line x1={margin.left} x2={width - margin.right} y1={limitY} y2={limitY} strokeDasharray="2 3" strokeWidth={1.5} className="stroke-bad" />
                <text x={margin.left + 4} y={limitY - 6} className="text-s text-bad">
                  Limit {count(line)}
                </text>
              </>
            )}
            <LinePath data={course} x={(point) => x(point.day)} y={(point) => y(point.sum)} className="fill-none stroke-accent" strokeWidth={2.5} strokeLinejoin="round" strokeLinecap="round" />
            <circle cx={x(projection.now)} cy={y(used)} r={4.5} className="fill-accent stroke-surface" strokeWidth={2} />
            <text x={x(projection.now) - 8} y={Math.max(usedLabelY, 14)} textAnchor="end" className="text-s font-strong">
              {count(used)}
            </text>
            {point !== undefined && day !== undefined && (
              <>
                <line x1={x(point.day)} x2={x(point.day)} y1={margin.top} y2={y(0)} className="stroke-line-strong" />
                <circle cx={x(point.day)} cy={y(point.sum)} r={4} className="fill-surface stroke-accent" strokeWidth={2} />
                <text x={Math.min(Math.max(x(point.day), 110), width - 110)} y={12} textAnchor="middle" className="text-s">
                  {dayName(day.date)}: {plural(day.counted_runs, 'run')}, {count(point.sum)} in all
                </text>
              </>
            )}
            <rect
              x={margin.left}
              y={0}
              width={width - margin.left - margin.right}
              height={CHART_HEIGHT - margin.bottom}
              className="fill-transparent"
              onPointerMove={onMove}
              onPointerLeave={() => setHovered(null)}
            />
            <BottomLabels labels={[1, 8, 15, 22, length].map((day) => ({ x: x(day - 0.5), text: String(day) }))} />
          </>
        );
      }}
    </Sized>
  );
}
