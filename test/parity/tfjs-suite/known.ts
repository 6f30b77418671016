/** Specs of tfjs-core that fail on its own cpu backend under Node too, by full name, with the reason. */
export const KNOWN: Record<string, string> = {};
