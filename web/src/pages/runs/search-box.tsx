import { useId, useState } from 'react';
import { cx, Icon, SearchInput, type IconName } from '@/ui';

export interface Found {
  key: string;
  label: string;
  kind: string;
  icon: IconName;
  choose: () => void;
}

interface SearchBoxProps {
  /** What can be found by its name. */
  items: readonly Found[];
  onRun: (runId: string) => void;
}

const SHOWN_MAX = 8;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds a configuration or a repository by its name, which then is the filter, or opens a run by its id. */
export function SearchBox({ items, onRun }: SearchBoxProps) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const id = useId();
  const wanted = text.trim();
  const found: Found[] = UUID.test(wanted)
    ? [{ key: wanted, label: wanted, kind: 'Open run', icon: 'runs', choose: () => onRun(wanted.toLowerCase()) }]
    : wanted === ''
      ? []
      : items.filter((each) => each.label.toLowerCase().includes(wanted.toLowerCase())).slice(0, SHOWN_MAX);
  const isOpen = open && wanted !== '';
  const at = Math.min(active, Math.max(0, found.length - 1));

  const choose = (each: Found | undefined) => {
    if (each === undefined) return;
    setText('');
    setOpen(false);
    each.choose();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (found.length > 0) setActive((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      choose(found[at]);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setOpen(false);
    }
  };

  return (
    <div className="relative w-full max-sm:basis-full">
      <SearchInput
        role="combobox"
        aria-label="Search by configuration, repository or run id"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && found.length > 0 ? `${id}-${at}` : undefined}
        placeholder="Configuration, repository or run id"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label="Found"
        hidden={!isOpen || found.length === 0}
        className="absolute inset-x-0 top-full z-10 mt-1 rounded-m border border-line bg-surface p-1 shadow-float"
      >
        {isOpen &&
          found.map((each, index) => (
            <li
              key={each.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              className={cx('target flex cursor-pointer items-center gap-3 rounded-s px-2 py-1.5', index === at && 'bg-sunken')}
              onMouseEnter={() => setActive(index)}
              // Before the field loses the focus, which would close the list.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(each)}
            >
              <Icon name={each.icon} className="size-4 text-ink-muted" />
              <span className="min-w-0 flex-1 truncate">{each.label}</span>
              <span className="text-s text-ink-muted">{each.kind}</span>
            </li>
          ))}
      </ul>
      <p role="status" className={cx(isOpen && found.length === 0 ? 'absolute inset-x-0 top-full z-10 mt-1 rounded-m border border-line bg-surface px-3 py-2 text-ink-muted shadow-float' : 'sr-only')}>
        {isOpen && (found.length === 0 ? 'No configuration or repository has this in its name. A run is found by its whole id.' : `${found.length} found`)}
      </p>
    </div>
  );
}
