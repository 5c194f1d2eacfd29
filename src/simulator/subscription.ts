import type { JsonObject } from './json.js'
import type { CompleteOptions } from './options.js'

/**
 * The app's subscription to the account's webhooks. A callback configured at start counts as subscribed, without a
 * handshake: the program that will answer it starts after us. An override wins over it.
 */
export class Subscription {
  #subscribed: boolean
  #override: string | null = null
  readonly #options: CompleteOptions

  constructor(options: CompleteOptions) {
    this.#options = options
    this.#subscribed = options.callbackUrl !== null
  }

  get callbackUrl(): string | null {
    return this.#subscribed ? (this.#override ?? this.#options.callbackUrl) : null
  }

  get shown(): JsonObject[] {
    if (!this.#subscribed) return []
    const app = {
      id: '300000000000001',
      name: 'Simulator app',
      link: 'https://www.facebook.com/games/?app_id=300000000000001',
    }
    return [
      {
        whatsapp_business_api_data: app,
        ...(this.#override === null ? {} : { override_callback_uri: this.#override }),
      },
    ]
  }

  /** A subscription without an override goes back to the callback configured at start. */
  subscribe(override: string | null): void {
    this.#subscribed = true
    this.#override = override
  }

  unsubscribe(): void {
    this.#subscribed = false
    this.#override = null
  }
}
