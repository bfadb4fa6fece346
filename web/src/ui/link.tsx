import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import { buttonClass, type ButtonKind } from './button';
import { cx } from './class-names';
import { Icon, type IconName } from './icon';

const text = 'font-strong text-accent underline-offset-4 hover:underline';

/** A link to a page, in a sentence or a cell. */
export const Link = createLink(function Anchor({ className, ...rest }: ComponentPropsWithRef<'a'>) {
  return <a {...rest} className={cx(text, className)} />;
});

/** Above the heading of a page about a record: to the list that it is in. */
export const BackLink = createLink(function Anchor({ className, children, ...rest }: ComponentPropsWithRef<'a'>) {
  return (
    <nav aria-label="Breadcrumb" className="mb-2">
      <a {...rest} className={cx(text, 'inline-flex items-center gap-1 text-s', className)}>
        <Icon name="chevron-left" className="size-3.5" />
        {children}
      </a>
    </nav>
  );
});

/** A link that looks like a button. */
export const ButtonLink = createLink(function Anchor({
  kind = 'secondary',
  icon,
  className,
  children,
  ...rest
}: ComponentPropsWithRef<'a'> & { kind?: ButtonKind; icon?: IconName }) {
  return (
    <a {...rest} className={cx(buttonClass(kind), className)}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
});

/** A link that covers the row or card it is in, which needs `relative`. */
export const RowLink = createLink(function Anchor({ className, ...rest }: ComponentPropsWithRef<'a'>) {
  return <a {...rest} className={cx('font-strong text-ink after:absolute after:inset-0 hover:text-accent', className)} />;
});

/** A link that leaves the dashboard, in a new tab. */
export function ExternalLink({ className, children, ...rest }: ComponentPropsWithRef<'a'> & { href: string }) {
  return (
    <a {...rest} target="_blank" rel="noopener noreferrer" className={cx(text, 'inline-flex items-baseline gap-1', className)}>
      {children}
      <Icon name="external" className="size-3 self-center" />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}
