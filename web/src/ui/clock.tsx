import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { browserZone } from '@/format';

const ZoneContext = createContext<string | null>(null);
const NowContext = createContext<number | null>(null);

/** The zone in which instants are shown: the profile's, or the browser's. */
export function ZoneProvider({ zone, children }: { zone: string | null; children: ReactNode }) {
  return <ZoneContext.Provider value={zone}>{children}</ZoneContext.Provider>;
}

export function useZone(): string {
  return useContext(ZoneContext) ?? browserZone();
}

/** One clock for the page, so that "5 minutes ago" is the same everywhere and moves on. */
export function ClockProvider({ children, now }: { children: ReactNode; now?: number }) {
  const [current, setCurrent] = useState(() => now ?? Date.now());
  useEffect(() => {
    if (now !== undefined) return;
    const tick = () => {
      if (document.visibilityState === 'visible') setCurrent(Date.now());
    };
    const timer = setInterval(tick, 15_000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [now]);
  return <NowContext.Provider value={now ?? current}>{children}</NowContext.Provider>;
}

/** The instant that distances are relative to, in milliseconds. */
export function useNow(): number {
  return useContext(NowContext) ?? Date.now();
}
