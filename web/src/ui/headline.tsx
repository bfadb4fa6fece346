import { cx } from './class-names';

/** What a report is about, in one line; the whole sentence on hover. It is a text of others: plain, in its own direction. */
export function Headline({ text, className }: { text: string | null; className?: string }) {
  if (text === null) return null;
  return (
    <span dir="auto" title={text} className={cx('block truncate', className)}>
      {text}
    </span>
  );
}
