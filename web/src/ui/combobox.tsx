import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { cx } from './class-names';
import { Input, type ControlProps } from './field';
import { Icon } from './icon';

export interface ComboboxOption {
  value: string;
  /** Beside the value, for example its offset. */
  hint?: string;
}

interface ComboboxProps {
  control: ControlProps;
  /** The text in the field: one of the options, or a text of the user's own. */
  value: string;
  onChange: (value: string) => void;
  /** The options for a text; all of them for the empty text. */
  search: (text: string) => readonly ComboboxOption[];
  /** The value that is chosen already: with it in the field, the list shows all options. */
  chosen: string;
  /** Names the list for screen readers. */
  label: string;
  placeholder?: string;
  disabled?: boolean;
}

/** More options than this are a list to narrow, not to read. */
const OPTIONS_SHOWN_MAX = 80;

/** A field with a list that narrows as the user types (ARIA's combobox with a list). */
export function Combobox({ control, value, onChange, search, chosen, label, placeholder, disabled }: ComboboxProps) {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useId();
  const box = useRef<HTMLUListElement>(null);
  const text = value === chosen ? '' : value;
  const all = useMemo(() => (open ? search(text) : []), [open, search, text]);
  const options = all.slice(0, OPTIONS_SHOWN_MAX);
  const chosenAt = options.findIndex((option) => option.value === chosen);

  useEffect(() => {
    box.current?.querySelector('[data-active]')?.scrollIntoView?.({ block: 'nearest' });
  }, [active, open]);

  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const choose = (option: ComboboxOption | undefined) => {
    if (option === undefined) return;
    onChange(option.value);
    close();
  };
  const move = (step: 1 | -1) => {
    if (!open) {
      setOpen(true);
      setActive(-1);
      return;
    }
    if (options.length === 0) return;
    const from = active === -1 ? (text === '' && chosenAt !== -1 ? chosenAt - step : step === 1 ? -1 : options.length) : active;
    setActive((from + step + options.length) % options.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && open && active !== -1) {
      // Without an active option, Enter submits the form with what is typed.
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === 'Escape' && open) {
      // Only the list closes, not the dialog that it may be in.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };

  return (
    <span className="relative block" onBlur={close}>
      <Input
        {...control}
        role="combobox"
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active === -1 ? undefined : `${list}-${active}`}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        disabled={disabled}
        value={value}
        className="pe-9"
        onKeyDown={onKeyDown}
        onClick={() => setOpen(true)}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
      />
      <Icon name="chevron-down" className="pointer-events-none absolute end-3 top-1/2 size-4 -translate-y-1/2 text-ink-muted" />
      <ul
        ref={box}
        id={list}
        role="listbox"
        aria-label={label}
        hidden={!open || options.length === 0}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-m border border-line bg-surface py-1 shadow-float"
      >
        {options.map((option, index) => (
          <li
            key={option.value}
            id={`${list}-${index}`}
            role="option"
            aria-selected={option.value === chosen}
            data-active={index === active ? '' : undefined}
            className={cx('target flex cursor-default items-center gap-2 px-3 py-1', index === active && 'bg-accent-soft', 'hover:bg-sunken')}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            <Icon name="check" className={cx('size-4 text-accent', option.value !== chosen && 'invisible')} />
            <span className="min-w-0 flex-1 truncate">{option.value}</span>
            {option.hint && <span className="figures text-s text-ink-muted">{option.hint}</span>}
          </li>
        ))}
      </ul>
      <span role="status" className="sr-only">
        {!open ? '' : all.length === 0 ? 'No match' : all.length > options.length ? `${all.length} matches, the first ${options.length} are listed` : `${all.length} matches`}
      </span>
    </span>
  );
}
