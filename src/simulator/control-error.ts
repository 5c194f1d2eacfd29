/** What the control API answers where it refuses: `{ error: { message, details? } }`. */
export class ControlError extends Error {
  override name = 'ControlError'
  readonly status: number
  readonly details: readonly { path: string; message: string }[]

  constructor(status: number, message: string, details: readonly { path: string; message: string }[] = []) {
    super(message)
    this.status = status
    this.details = details
  }

  get body() {
    return { error: { message: this.message, ...(this.details.length > 0 ? { details: this.details } : {}) } }
  }
}
