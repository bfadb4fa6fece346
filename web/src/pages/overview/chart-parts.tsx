import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { tick } from '@/format';
import type { Linear } from './scale';

/** In CSS pixels. The frame reserves it before the chart has loaded, so that nothing moves. */
export const CHART_HEIGHT = 240;

/** A picture as wide as its parent. Screen readers get the sentence and the table beside it instead. */
export function Sized({ children }: { children: (width: number) => ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={frame} className="h-60 overflow-hidden">
      {width >= 80 && (
        <svg width={width} height={CHART_HEIGHT} aria-hidden="true" focusable="false" className="figures block">
          {children(width)}
        </svg>
      )}
    </div>
  );
}

/** Lines across the chart at round values, with their labels. This and the next replace the axes of visx, at a twentieth of their size. */
export function Rows({ y, left, right, format = tick }: { y: Linear; left: number; right: number; format?: (value: number) => string }) {
  return y.ticks.map((value) => (
    <g key={value}>
      <line x1={left} x2={right} y1={y(value)} y2={y(value)} className="stroke-line" />
      <text x={left - 8} y={y(value) + 4} textAnchor="end" className="text-s text-ink-muted">
        {format(value)}
      </text>
    </g>
  ));
}

/** Labels below the chart. */
export function BottomLabels({ labels }: { labels: readonly { x: number; text: string }[] }) {
  return labels.map(({ x, text }) => (
    <text key={text} x={x} y={CHART_HEIGHT - 8} textAnchor="middle" className="text-s text-ink-muted">
      {text}
    </text>
  ));
}
