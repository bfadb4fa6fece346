import { ParentSize } from '@visx/responsive';
import type { ReactNode } from 'react';

/** In CSS pixels. The frame reserves it before the chart has loaded, so that nothing moves. */
export const CHART_HEIGHT = 240;

/** A picture as wide as its parent. Screen readers get the sentence and the table beside it instead. */
export function Sized({ children }: { children: (width: number) => ReactNode }) {
  return (
    <ParentSize debounceTime={50}>
      {({ width }) =>
        width < 80 ? null : (
          <svg width={width} height={CHART_HEIGHT} aria-hidden="true" focusable="false" className="figures block overflow-visible">
            {children(width)}
          </svg>
        )
      }
    </ParentSize>
  );
}

/** Labels without lines. */
export function axis(textAnchor: 'middle' | 'end') {
  return {
    hideAxisLine: true,
    hideTicks: true,
    hideZero: false,
    tickLabelProps: {
      className: 'text-s text-ink-muted',
      fill: 'currentColor',
      fontSize: undefined,
      fontFamily: undefined,
      textAnchor,
      ...(textAnchor === 'end' ? { dx: -6, dy: 4 } : { dy: 4 }),
    },
  } as const;
}
