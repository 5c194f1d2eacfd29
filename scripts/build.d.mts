/** Makes what is missing or older than what it is made from; ends the process with 1 where that fails. */
export function build(): void
