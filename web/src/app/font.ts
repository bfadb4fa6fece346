/** How long the first page waits for its font, in milliseconds. As long as browsers wait for an optional font. */
const WAIT_MS = 100;

/**
 * Ends when the font can be used, or is not going to be. A page that is rendered earlier is laid out with the system's font
 * and then again with this one, although the file is already there: the browser reads it when the first text needs it.
 */
export async function fontSettled(): Promise<void> {
  // Absent in tests.
  const fonts = (document as Partial<Document>).fonts;
  if (fonts === undefined) return;
  const families = [400, 600].map((weight) => fonts.load(`${weight} 1em "Geist Variable"`).catch(() => []));
  await Promise.race([Promise.all(families), new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
}
