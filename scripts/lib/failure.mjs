/** Something a person can put right: one clear sentence, printed without a stack. */
export class Failure extends Error {}

/**
 * Ends this process on Ctrl-C and on SIGTERM by `process.exit`, so that what waits for 'exit' can clean up. Returns the
 * undo.
 */
export function exitOnSignals() {
  const handlers = Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }).map(([signal, code]) => {
    const handler = () => process.exit(code);
    process.once(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => handlers.forEach((undo) => undo());
}

/** Runs a script's main function; a Failure becomes its sentence on stderr, and exit code 1. */
export async function main(body) {
  const undo = exitOnSignals();
  try {
    process.exitCode = (await body()) ?? process.exitCode;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  } finally {
    undo();
  }
}
