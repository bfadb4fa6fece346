import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

/** In a sentence, a link is not only a colour. */
function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className="text-accent underline underline-offset-4">
      {children}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}

/** Headings begin below that of the card. An address outside opens in a new tab; an image is a link, since the headers refuse it. */
const components: Components = {
  h1: ({ children }) => <h3 className="mt-6 text-m first:mt-0">{children}</h3>,
  h2: ({ children }) => <h4 className="mt-6 text-m font-strong first:mt-0">{children}</h4>,
  h3: ({ children }) => <h5 className="mt-4 text-m font-strong first:mt-0">{children}</h5>,
  h4: ({ children }) => <h6 className="mt-4 text-s font-strong first:mt-0">{children}</h6>,
  h5: ({ children }) => <h6 className="mt-4 text-s font-strong first:mt-0">{children}</h6>,
  h6: ({ children }) => <h6 className="mt-4 text-s font-strong first:mt-0">{children}</h6>,
  p: ({ children }) => <p className="mt-3 first:mt-0">{children}</p>,
  a: ({ href, children, id }) =>
    href === undefined || href === '' ? (
      <span>{children}</span>
    ) : href.startsWith('#') ? (
      <a href={href} id={id} className="font-strong text-accent underline-offset-4 hover:underline">
        {children}
      </a>
    ) : (
      <Outside href={href}>{children}</Outside>
    ),
  img: ({ src, alt }) =>
    typeof src === 'string' && src !== '' ? (
      <Outside href={src}>{alt ? `Image: ${alt}` : 'Image'}</Outside>
    ) : (
      <span>{alt}</span>
    ),
  ul: ({ children, className }) => (
    <ul className={className?.includes('contains-task-list') ? 'mt-3 flex flex-col gap-1' : 'mt-3 flex list-disc flex-col gap-1 ps-5'}>{children}</ul>
  ),
  ol: ({ children, start }) => (
    <ol start={start} className="mt-3 flex list-decimal flex-col gap-1 ps-5">
      {children}
    </ol>
  ),
  li: ({ children }) => <li className="[&>ol]:mt-1 [&>p]:mt-0 [&>ul]:mt-1">{children}</li>,
  blockquote: ({ children }) => <blockquote className="mt-3 border-s-2 border-line-strong ps-4 text-ink-muted">{children}</blockquote>,
  hr: () => <hr className="my-6 border-line" />,
  code: ({ children }) => <code className="rounded-s bg-sunken px-1 py-0.5 font-mono text-s break-words">{children}</code>,
  pre: ({ children }) => (
    // Scrolls by itself, also with the keyboard.
    <pre tabIndex={0} aria-label="Code" role="region" className="mt-3 overflow-x-auto rounded-m border border-line bg-sunken p-4 text-s [&_code]:p-0 [&_code]:wrap-normal">
      {children}
    </pre>
  ),
  table: ({ children }) => (
    <div tabIndex={0} role="region" aria-label="Table" className="mt-3 overflow-x-auto rounded-m border border-line">
      <table className="w-full border-collapse text-m">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th scope="col" style={style} className="border-b border-line bg-sunken px-3 py-2 text-start text-s font-strong">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="figures border-b border-line px-3 py-2 align-top [tr:last-child>&]:border-b-0">
      {children}
    </td>
  ),
  input: ({ checked }) => <span>{checked ? '☑ ' : '☐ '}<span className="sr-only">{checked ? 'Done: ' : 'To do: '}</span></span>,
};

/** The text of a report: Markdown of GitHub's kind, whose HTML is dropped and whose addresses are checked. */
export default function ReportText({ markdown }: { markdown: string }) {
  return (
    <div className="max-w-prose break-words">
      <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[rehypeSanitize]} components={components}>
        {markdown}
      </Markdown>
    </div>
  );
}
