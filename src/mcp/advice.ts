import type { ErrorCode } from '../core/errors.js'

/** What an assistant is to do about each code, in one sentence or two: the text follows "Next: ". */
export const advice: Record<ErrorCode, string> = {
  BAD_REQUEST: 'Correct the arguments named above and call again.',
  FILE_TOO_LARGE: 'Use a file of at most 16,777,216 bytes.',
  WINDOW_CLOSED:
    'Send an approved template instead (list_templates; send_message with type "template"), or wait until the customer writes.',
  CURSOR_EXPIRED: 'Begin again without a cursor.',
  NOT_CONFIGURED: 'Tell the person: an operator has to set this up first. Do not retry.',
  UNAUTHENTICATED: 'Tell the person: the API key is missing, wrong, expired or revoked. Do not retry.',
  FORBIDDEN: 'Tell the person: the API key needs the scope named above. Do not retry.',
  OPT_IN_REQUIRED:
    'Do not write to this contact. They may be written to once they have opted in, or have written themselves.',
  PLAN_LIMIT: 'Tell the person: choose fewer contacts, or a larger plan. Do not retry.',
  NOT_FOUND: 'Look the id up with a list tool; ids come from there, never from memory.',
  CONFLICT:
    'Where existingId is given, use that one. Where an idempotency key was used for another request, choose a new key.',
  RATE_LIMITED: 'Wait for retryAfter seconds and call again, with the same idempotencyKey where you gave one.',
  UPSTREAM:
    'It was refused beyond this server; the text says why. Where an id is given, that message is stored as FAILED.',
  INTERNAL:
    'Call once more, with the same idempotencyKey where you gave one. If it fails again, give the person the requestId.',
}
