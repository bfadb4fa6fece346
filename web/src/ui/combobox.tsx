import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './class-names';
import { Input, type ControlProps } from './field';
import { Icon } from './icon';

/** How many choices are shown at once: more are found by typing. */
const SHOWN_MAX = 100;

export interface Choice {
  value: string;
  /** What is said beside the value. */
  note?: ReactNode;
}

interface ComboboxProps extends ControlProps {
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
  /** Names the list for screen readers. */
  label?: string;
  /** Someone else searches: the choices are shown as they are. Empty when the list opens. */
  onSearch?: (text: string) => void;
  /** Said below the choices: that they load, that there are more, why there are none. */
  status?: ReactNode;
  placeholder?: string;
  onBlur?: () => void;
  disabled?: boolean;
}

/** A text field with choices. Any text can be entered, since a list can be incomplete or unavailable. */
export function Combobox({ value, onChange, choices, label = 'Choices', onSearch, status, onBlur, ...control }: ComboboxProps) {
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(false);
  const [active, setActive] = useState(-1);
  const wanted = value.trim().toLowerCase();
  const found = onSearch === undefined && typed ? choices.filter((choice) => choice.value.toLowerCase().includes(wanted)) : choices;
  const shown = found.slice(0, SHOWN_MAX);
  const rest = found.length - shown.length;

  const show = () => {
    if (open) return;
    setOpen(true);
    setTyped(false);
    setActive(-1);
    onSearch?.('');
  };
  const choose = (choice: Choice) => {
    onChange(choice.value);
    setOpen(false);
  };
  const move = (step: 1 | -1) => {
    if (shown.length === 0) return;
    const chosen = typed ? -1 : shown.findIndex((choice) => choice.value === value);
    const from = active !== -1 ? active : chosen !== -1 ? chosen - step : step === 1 ? -1 : shown.length;
    const next = (from + step + shown.length) % shown.length;
    setActive(next);
    list.current?.children[next]?.scrollIntoView?.({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = shown[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open) move(event.key === 'ArrowDown' ? 1 : -1);
      else show();
    } else if (event.key === 'Enter' && open && picked !== undefined) {
      // Without an active choice, Enter submits the form with what is typed.
      event.preventDefault();
      choose(picked);
    } else if (event.key === 'Escape' && open) {
      // Only the list closes, not the dialog that it may be in.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div className="relative">
      <Input
        {...control}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={value}
        className="pe-9"
        onChange={(event) => {
          onChange(event.target.value);
          onSearch?.(event.target.value.trim());
          setOpen(true);
          setTyped(true);
          setActive(-1);
        }}
        onClick={show}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
          onBlur?.();
        }}
      />
      <Icon name="chevron-down" className="pointer-events-none absolute end-3 top-1/2 size-4 -translate-y-1/2 text-ink-muted" />
      <div
        // What is said about the list must be in the document before its words are.
        className={open ? 'absolute inset-x-0 top-full z-20 mt-1 overflow-hidden rounded-m border border-line bg-surface shadow-float' : 'sr-only'}
        // The field keeps the focus while a choice is pressed.
        onMouseDown={(event) => event.preventDefault()}
      >
        <ul ref={list} id={listId} role="listbox" aria-label={label} hidden={!open || shown.length === 0} className="max-h-64 overflow-y-auto">
          {open &&
            shown.map((choice, index) => (
              <li
                key={choice.value}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={choice.value === value}
                onClick={() => choose(choice)}
                onMouseEnter={() => setActive(index)}
                className={cx('target flex cursor-pointer items-center gap-2 px-3 py-1.5', index === active && 'bg-sunken')}
              >
                <span className="min-w-0 flex-1 break-words">{choice.value}</span>
                {choice.note && <span className="figures text-s text-ink-muted">{choice.note}</span>}
                {choice.value === value && <Icon name="check" className="size-4 text-accent" />}
              </li>
            ))}
        </ul>
        <div role="status" className="text-s text-ink-muted *:px-3 *:py-2">
          {open && status && <p>{status}</p>}
          {open && !status && shown.length === 0 && <p>No choice contains this text. It is used as it is.</p>}
          {open && shown.length > 0 && <p className="sr-only">{found.length === 1 ? '1 choice' : `${found.length} choices`}</p>}
          {open && rest > 0 && <p>{rest} more: type a part of the name.</p>}
        </div>
      </div>
    </div>
  );
}
