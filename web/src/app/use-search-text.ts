import { useRef, useState } from 'react';

/**
 * The text of a search field that the address keeps. The field has a state of its own: the address changes later than a key is
 * pressed, and a field that waits for it loses letters.
 */
export function useSearchText(inAddress: string, commit: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress);
  const [seen, setSeen] = useState(inAddress);
  const sent = useRef(new Set<string>());
  if (seen !== inAddress) {
    setSeen(inAddress);
    // What the field has sent itself comes back late; anything else is a change by a link or "Back".
    if (!sent.current.delete(inAddress)) setText(inAddress);
  }
  return [
    text,
    (next) => {
      setText(next);
      if (next !== inAddress) sent.current.add(next);
      commit(next);
    },
  ];
}
