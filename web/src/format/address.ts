/** The host of an address, or the text if it is not an address. The rest of a webhook's address can be a secret. */
export function hostOf(address: string): string;
export function hostOf(address: string | null): string | null;
export function hostOf(address: string | null): string | null {
  if (address === null) return null;
  try {
    return new URL(address.trim()).host;
  } catch {
    return address;
  }
}
