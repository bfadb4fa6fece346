import type { ReactNode } from 'react';
import { Card, CardHeader, Skeleton } from '@/ui';

interface ChartCardProps {
  /** A question. */
  title: string;
  /** Its answer, in a sentence. */
  sentence: ReactNode;
  /** The chart, or the numbers if there is too little for a chart. */
  children: ReactNode;
  /** What the chart shows, for those who can't see it. */
  table?: ReactNode;
  /** What the marks mean. */
  legend?: ReactNode;
  /** There are numbers instead of a chart, which need less room. */
  low?: boolean;
}

export function ChartCard({ title, sentence, children, table, legend, low = false }: ChartCardProps) {
  return (
    <Card className="flex flex-col">
      <CardHeader title={title} note={sentence} />
      <div className="px-4 sm:px-6">
        <div className={low ? 'py-4' : 'flex h-60 flex-col justify-center'}>{children}</div>
      </div>
      <p className="mt-auto px-4 pt-2 pb-4 text-s text-ink-muted sm:px-6">{legend}</p>
      {table && (
        <details className="group border-t border-line">
          <summary className="target flex items-center px-4 text-s font-strong text-ink-muted hover:text-ink sm:px-6">
            <span className="group-open:hidden">Show as a table</span>
            <span className="hidden group-open:inline">Hide the table</span>
          </summary>
          <div className="max-h-80 overflow-y-auto rounded-b-l border-t border-line" tabIndex={0} role="region" aria-label={`${title} As a table`}>
            {table}
          </div>
        </details>
      )}
    </Card>
  );
}

export function ChartSkeleton() {
  return <Skeleton className="h-52 w-full" />;
}

/** A chart's figures, closely set: a real table at every width, since it has few columns. */
export function DataTable({ caption, head, rows }: { caption: string; head: readonly string[]; rows: readonly (readonly ReactNode[])[] }) {
  return (
    <table className="figures w-full text-s">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {head.map((name, index) => (
            <th key={name} scope="col" className={`sticky top-0 bg-surface px-2 py-2 font-normal text-ink-muted first:ps-4 last:pe-4 sm:first:ps-6 sm:last:pe-6 ${index === 0 ? 'text-start' : 'text-end'}`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, row) => (
          <tr key={row} className="border-t border-line">
            {cells.map((cell, index) =>
              index === 0 ? (
                <th key={index} scope="row" className="px-2 py-1.5 ps-4 text-start font-normal whitespace-nowrap sm:ps-6">
                  {cell}
                </th>
              ) : (
                <td key={index} className="px-2 py-1.5 text-end last:pe-4 sm:last:pe-6">
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
