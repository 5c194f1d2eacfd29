/** What a payment link is made of, for whoever takes the money. */
export type LinkRequest = {
  /** Our id of it: the same again makes no second one. */
  id: string
  /** In the provider's own smallest unit, as `minorUnits` says. */
  minorUnits: number
  /** ISO 4217, upper case. */
  currency: string
  description: string
}

/** `id`: the provider's own. */
export type MadeLink = { id: string; url: string }

/** What a provider told: a link of ours was paid; null where it was about something else. */
export type PaymentNews = { paidLinkId: string } | null

/** Why the provider made no link, in words for the caller. `field`: what of the input it did not like. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused'
  constructor(
    message: string,
    readonly field: 'amount' | 'currency' | 'description' | null,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The signature of what came does not fit, or it is too old. */
export class UnsignedNews extends Error {
  override name = 'UnsignedNews'
}

/** Whoever takes money for payment links. One implementation for each provider; only server.ts knows which. */
export type PaymentProvider = {
  /** As in POST /webhooks/payments/{name}. */
  readonly name: string
  /** The header of a signed message, lower-case. */
  readonly signatureHeader: string
  /** The amount in the provider's smallest unit; null where the provider cannot take exactly that. */
  minorUnits(amount: string, currency: string): number | null
  /** @throws ProviderRefused; anything else where it could not be reached or failed. */
  createLink(request: LinkRequest): Promise<MadeLink>
  /** The link can be paid no more. Again, or of one that is not there: nothing happens. */
  closeLink(id: string): Promise<void>
  /** What a signed message says. `raw`: the bytes as they came. @throws UnsignedNews. */
  readNews(raw: Buffer, signature: string, now: Date): PaymentNews
}
