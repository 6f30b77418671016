/**
 * A failure that a person caused or can mend. Its message is one clear sentence that says what to do next; hosts show
 * it as it is. Every other error is ours, and is shown as "internal error" with the log beside it.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** A job was stopped on request; not a failure. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor(message = 'Stopped on request.') {
    super(message);
  }
}
