/** A new key for something that is to happen once. Not randomUUID, which pages served without TLS do not have. */
export const newIdempotencyKey = (): string => crypto.getRandomValues(new BigUint64Array(2)).join('-')
