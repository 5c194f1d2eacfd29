/**
 * The place for the API key: a field above GraphiQL whose value goes, as `Authorization: Bearer`, into every request
 * that the page makes of its own origin. Subscriptions are such requests too (server-sent events over fetch).
 * The key lives in a variable of the page: no storage, no URL, and no `type="password"`, which browsers offer to save.
 * An authorization header written into GraphiQL's headers editor wins.
 */
export const keyField = {
  style: `
body { display: flex; flex-direction: column; height: 100vh; }
#root { flex: 1; min-height: 0; }
#root .graphiql-container { height: 100%; }
#key-field { display: flex; align-items: center; gap: 12px; padding: 8px 16px; font: 14px system-ui, sans-serif;
  color-scheme: light dark; background: Canvas; color: CanvasText; border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
#key-field label { font-weight: 600; white-space: nowrap; }
#key-field input { flex: 0 1 30em; min-width: 12em; padding: 6px 10px; font: 13px ui-monospace, monospace;
  border: 1px solid color-mix(in srgb, CanvasText 40%, Canvas); border-radius: 6px; -webkit-text-security: disc; }
#key-field small { opacity: 0.75; }
`,
  markup: `<form id="key-field">
  <label for="api-key">API key</label>
  <input id="api-key" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="kaanha_..." />
  <small>Sent with every query and subscription of this page; kept only until it is closed.</small>
</form>`,
  script: `{
  const field = document.getElementById('api-key')
  const plainFetch = window.fetch
  window.fetch = (input, init = {}) => {
    const headers = new Headers(init.headers)
    const key = field.value.trim().replace(/^bearer\\s+/i, '')
    const own = new URL(input, location.href).origin === location.origin
    if (own && key !== '' && !headers.has('authorization')) headers.set('authorization', 'Bearer ' + key)
    return plainFetch(input, { ...init, headers })
  }
  const refetchSchema = () => document.querySelector('button[aria-label^="Re-fetch GraphQL schema"]')?.click()
  field.addEventListener('change', refetchSchema)
  document.getElementById('key-field').addEventListener('submit', (event) => {
    event.preventDefault()
    field.blur()
  })
}`,
} as const
