import type { ReactNode } from 'react';
import { cx } from './class-names';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers are right-aligned, in figures of one width. */
  align?: 'start' | 'end';
  /** The row's name: the heading of its card. Exactly one column has it. */
  primary?: boolean;
  /** The column needs no label in a card (an action, a status that says what it is). */
  bare?: boolean;
  className?: string;
}

interface TableProps<Row> {
  /** What the table lists, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The rows are out of date while the next ones load. */
  stale?: boolean;
}

/**
 * A table, which below `sm` is a list of cards with the same information. It is one table in both forms: the roles are
 * explicit, since a browser drops them where CSS changes what a table is displayed as.
 */
export function Table<Row>({ caption, columns, rows, rowKey, stale = false }: TableProps<Row>) {
  return (
    <table
      role="table"
      aria-busy={stale || undefined}
      className={cx('w-full border-collapse text-m transition-opacity max-sm:block', stale && 'opacity-60')}
    >
      <caption className="sr-only">{caption}</caption>
      <thead role="rowgroup" className="max-sm:sr-only">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.key}
              role="columnheader"
              scope="col"
              className={cx(
                'border-b border-line px-3 py-2 text-s font-normal whitespace-nowrap text-ink-muted first:ps-6 last:pe-6',
                column.align === 'end' ? 'text-end' : 'text-start',
              )}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            className="relative border-b border-line transition-colors last:border-b-0 hover:bg-sunken max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-4 max-sm:gap-y-2 max-sm:px-4 max-sm:py-3"
          >
            {columns.map((column) => (
              <td
                key={column.key}
                role="cell"
                className={cx(
                  'align-middle sm:h-9 sm:px-3 sm:py-1.5 sm:first:ps-6 sm:last:pe-6 pointer-coarse:sm:h-11',
                  column.align === 'end' && 'figures sm:text-end',
                  column.primary && 'max-sm:col-span-2',
                  column.className,
                )}
              >
                {!column.primary && !column.bare && (
                  <span aria-hidden="true" className="block text-s text-ink-muted sm:hidden">
                    {column.header}
                  </span>
                )}
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
