/**
 * US dollars as the API states them, with at most 6 decimals: `$12.40`, `$0.0234`, `$0.000012`. At least two decimals, and
 * never rounded below what the API states, so that a sum on the page can be checked.
 */
export function dollars(usd: number): string {
  const sign = usd < 0 ? '−' : '';
  const [integer = '0', decimals = ''] = Math.abs(usd).toFixed(6).split('.');
  const kept = decimals.replace(/0+$/, '').padEnd(2, '0');
  return `${sign}$${integer.replace(/\B(?=(\d{3})+$)/g, ',')}.${kept}`;
}

/** With all six decimals, so that the numbers of a column are aligned: `$0.051630`; nothing is `$0`. */
export function columnDollars(usd: number): string {
  if (usd === 0) return '$0';
  const [integer = '0', decimals = ''] = Math.abs(usd).toFixed(6).split('.');
  return `${usd < 0 ? '−' : ''}$${integer.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}

/** As a figure among others: to the cent from a dollar on (`$1,240.50`), with four digits below (`$0.4528`). */
export function roundDollars(usd: number): string {
  if (Math.abs(usd) < 1) return dollars(Number(usd.toPrecision(4)));
  return dollars(Math.round(usd * 100) / 100);
}
